/**
 * What the containers of a project shall find at which path: volumes, memory, paths of servers.
 *
 * <p>{@link dev.banyan.api.compose.storage.MountDecoder} reads {@code volumes} and {@code tmpfs} of one service into {@link
 * dev.banyan.api.v1.Mount}s, ordered by target, and what lies in the project into mounts of contents; {@link dev.banyan.api.compose.storage.VolumeDecoder} reads the volumes at the top that
 * services mount into {@link dev.banyan.api.v1.VolumeManifest}s.
 *
 * <p><b>Guarantees.</b> Whatever cannot be had on the servers of a cluster is refused where it stands, with what to write instead: a
 * source that lies in the project is told from a path of the servers. <b>Caveats.</b> Whether a server allows a path of its own is its
 * settings' to say, and found when tasks are placed.
 */
@NullMarked
package dev.banyan.api.compose.storage;

import org.jspecify.annotations.NullMarked;
