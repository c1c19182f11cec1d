/**
 * What the measured programs talk to: a real etcd, something that serves the Kubernetes API for one kind, and a wire that can be cut. Each
 * is started by the trial that needs it, listens on loopback, and is gone with everything it wrote when the trial ends, however it ends.
 *
 * <p>{@link dev.banyan.runtime.benchmark.server.KubeServer} knows as much of the Kubernetes API as informers ask for: list, paged if the
 * client asks for pages, and watch, over chunked HTTP or a websocket. It renders each object once and copies bytes from then on, so that it
 * is faster than whoever reads it; the raw reader of the same run shows by how much. It has a process of its own.
 */
@NullMarked
package dev.banyan.runtime.benchmark.server;

import org.jspecify.annotations.NullMarked;
