/**
 * The agent's own containerd: its files, its process, its pause image, its registries and its network configuration.
 *
 * <p>{@link dev.banyan.agent.container.daemon.ContainerdChild} writes the configuration below one directory, starts containerd detached,
 * and remembers it by process id and start time. An agent that starts later finds that process and adopts it; when the process dies it is
 * started again, soon at first, then less often. The pause image is made from the server's own catatonit and imported, so that a sandbox
 * needs no registry. Where registries are and which subnet the containers get are files that containerd reads again at each use.
 *
 * <p>Guarantees: never two containerds on one directory, and never two agents (a lock); containers and containerd outlive the agent; every
 * file is replaced as a whole.
 *
 * <p>It knows nothing of sandboxes and containers, but that {@link dev.banyan.agent.container.daemon.LostShims} ends what is left of those
 * that a killed containerd was just making.
 */
@NullMarked
package dev.banyan.agent.container.daemon;

import org.jspecify.annotations.NullMarked;
