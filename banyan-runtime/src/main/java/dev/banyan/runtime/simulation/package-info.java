/**
 * The same parts on one seeded scheduler with simulated time, so that a failure is one number that replays it.
 *
 * <p>A {@link dev.banyan.runtime.simulation.Simulation} holds processes, each with an {@link dev.banyan.runtime.env.Env} of its own. A task
 * is a virtual thread, but only the one that holds the baton runs; every blocking point of the environment gives the baton back, the seed
 * says which runnable task gets it next, and when none can run, time jumps to the next moment somebody waits for. A {@link
 * dev.banyan.runtime.simulation.FaultyStore} stands between a process and the truth: every call takes drawn time, replies get lost, and
 * the process may die before or after any write. An {@link dev.banyan.runtime.simulation.Invariant} is
 * checked after every revision. {@code perturbation} tries one disturbance at every place of a story, {@code campaign} many under many seeds.
 *
 * <p><b>Guarantees.</b> The same seed and code give the same decisions, which {@link
 * dev.banyan.runtime.simulation.Simulation#traceHash()} shows. <b>Assumptions.</b> Code under test blocks, and takes time and randomness,
 * through its environment alone; what blocks elsewhere is found by a watchdog and reported with its stack. <b>Caveats.</b> Switches happen
 * at blocking points only: races on plain memory between two of them are not explored. For tests; production code never imports this room.
 */
@NullMarked
package dev.banyan.runtime.simulation;

import org.jspecify.annotations.NullMarked;
