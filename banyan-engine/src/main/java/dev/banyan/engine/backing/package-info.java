/**
 * The servers that an engine brings along: etcd and an image registry, as child processes with state and ports of their own.
 *
 * <p>A {@link dev.banyan.engine.backing.Child} is started detached, so that it outlives the engine; its process id and start time are on
 * disk, and an engine that starts again adopts what runs instead of starting a second one on the same data. A child that dies is started
 * again, with growing pauses. Who runs etcd himself configures its endpoints, and none is started here.
 *
 * <p>Both speak mutual TLS 1.3 with certificates of the cluster's authority. Nothing here knows what is stored in them.
 */
@NullMarked
package dev.banyan.engine.backing;

import org.jspecify.annotations.NullMarked;
