/**
 * What CRI has no words for about mounts.
 *
 * <p>{@link dev.banyan.agent.container.mounts.MemoryMounts} writes file systems of memory into the OCI spec that CRI made. {@link
 * dev.banyan.agent.container.mounts.MountedCopy} takes the content of an image, which containerd describes as something to be mounted, into
 * a directory of the server: what a new volume begins with.
 *
 * <p><b>Guarantees.</b> No link in an image leads out of it. Whatever a copy mounts is unmounted by its end, or by that of the next copy
 * into the same directory. <b>Caveats.</b> Needs root, and {@code mount}, {@code umount}, {@code cp}, {@code sync} and {@code env}, which
 * every Debian has.
 */
@NullMarked
package dev.banyan.agent.container.mounts;

import org.jspecify.annotations.NullMarked;
