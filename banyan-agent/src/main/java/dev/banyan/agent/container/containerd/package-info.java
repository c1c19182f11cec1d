/**
 * The contract of {@link dev.banyan.agent.container.ContainerRuntime} kept by containerd 1.6: CRI, and containerd's own API where CRI is
 * too small.
 *
 * <p>A call goes over a Unix socket: sandboxes, containers, images and health commands through CRI; then containerd's Containers service
 * patches the spec that CRI wrote (rlimits, pids) before the start, its Tasks service sends any signal and waits for ends, and its Events
 * service tells what happened. Direct calls run in the namespace {@code k8s.io}, where CRI keeps its things.
 *
 * <p>Guarantees: each destructive call first reads the target's labels and refuses what is not this cluster's; events of others are
 * dropped. The event stream is known to be open before {@code Resynchronise} is told, because a marker published by ourselves came back
 * through it.
 *
 * <p>It does not start containerd, nor configure it.
 */
@NullMarked
package dev.banyan.agent.container.containerd;

import org.jspecify.annotations.NullMarked;
