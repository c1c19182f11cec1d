/**
 * Whole clusters in one thread: the control plane of the engines and the agents' workload, as they are shipped, on simulated time.
 *
 * <p>A {@link dev.banyan.simulated.ClusterPlay} is one trial: a {@link dev.banyan.simulated.world.World} lives, a user's {@link
 * dev.banyan.simulated.Walk} asks for apps and changes them, fate strikes, and every law of {@link dev.banyan.simulated.proof.Invariants}
 * holds at each moment. In the end all comes to rest with exactly the wanted containers alive, which is read from the machines themselves
 * and never from a status. The campaign plays hundreds of seeds; {@link dev.banyan.simulated.CrashSearch} tells one {@link
 * dev.banyan.simulated.Story} for each write to the store and each call to a container runtime, with the process that makes it dying there.
 *
 * <p>docs/RELIABILITY.md says what is simulated, what is not, and what came of it.
 */
@NullMarked
package dev.banyan.simulated;

import org.jspecify.annotations.NullMarked;
