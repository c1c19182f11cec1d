/**
 * Volumes of this agent that are to go.
 *
 * <p>{@link dev.banyan.agent.volume.VolumeController} follows the Volumes that carry this agent's label. One that is being removed waits
 * until no task here has it any more, as the engine and the container runtime say; then its data is deleted, and with it the finalizer that
 * kept the object, under the fence of the agent's session.
 *
 * <p><b>Guarantees.</b> Data is deleted only for a Volume that an engine shows as being removed, never because nothing is known of a
 * directory: a store that was restored from a backup knows less than the disk. <b>Caveats.</b> The directory of a volume that was given up by
 * force stays on the disk.
 */
@NullMarked
package dev.banyan.agent.volume;

import org.jspecify.annotations.NullMarked;
