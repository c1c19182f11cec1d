/**
 * Whole clusters in one thread: the controllers of the engine and of the agents, as they are shipped, on simulated time.
 *
 * <p>A {@link dev.banyan.simulated.SimulatedCluster} is one store in memory, an engine process with caches, controllers and the judge of
 * silence, and agent processes with workload controller and report. Each agent works on a {@link dev.banyan.simulated.SimulatedServer},
 * whose containers and files outlive every agent. A {@link dev.banyan.simulated.Story} is what users and fate do; after it the cluster
 * must come to rest with exactly the wanted containers alive, which is read from the servers themselves and never from a status. {@link
 * dev.banyan.simulated.CrashSearch} tells a story again for each write to the store and each call to a container runtime, with the
 * process that makes it dying right before or right after.
 *
 * <p><b>What is not simulated.</b> The wire: an agent registers and sends heartbeats by {@link dev.banyan.simulated.SimulatedSession}, which
 * does what registration at an engine does, and reaches the store only while the engine runs. One engine without membership; networks and
 * load balancers of the agents; disks never fail.
 */
@NullMarked
package dev.banyan.simulated;

import org.jspecify.annotations.NullMarked;
