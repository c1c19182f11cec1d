/**
 * What goes wrong in a simulated run, and when: one decision for each occasion, made from the seed.
 *
 * <p>A model that can fail asks its {@link dev.banyan.runtime.simulation.fault.FaultPlan} on each occasion whether a {@link
 * dev.banyan.runtime.simulation.fault.FaultKind} happens at this place. The answer follows from seed, kind, place and the number of the
 * occasion, so each {@link dev.banyan.runtime.simulation.fault.Strike} can be left out without moving the others: that is what lets a
 * failed run be made smaller and kept. Which kinds a seed has at all is drawn first.
 *
 * <p>{@link dev.banyan.runtime.simulation.fault.StoreFaults} and {@link dev.banyan.runtime.simulation.fault.ProcessFaults} list what the
 * library's own models ask for. The room names faults and decides them; it knows nothing of simulations and no store.
 */
@NullMarked
package dev.banyan.runtime.simulation.fault;

import org.jspecify.annotations.NullMarked;
