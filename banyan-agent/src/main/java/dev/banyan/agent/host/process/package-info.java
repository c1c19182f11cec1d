/**
 * What a process of this server sees, for one who is not that process: its files and its network. And pipes with names, for talking to one.
 *
 * <p>{@link dev.banyan.agent.host.process.SeenFiles} opens paths below the root of another process, in its mounts, as that process would:
 * the kernel keeps the walk below that root (openat2 with RESOLVE_IN_ROOT), so that no link, however it is made or swapped meanwhile, leads
 * to a file of the server. What it opens is held by a descriptor and named by it, so that it stays the same thing. {@link
 * dev.banyan.agent.host.process.SeenNetwork} makes sockets in the network of another process.
 *
 * <p>The native calls are made through {@code java.lang.foreign}. <b>Caveats.</b> It needs root, and Linux 5.6.
 */
@NullMarked
package dev.banyan.agent.host.process;

import org.jspecify.annotations.NullMarked;
