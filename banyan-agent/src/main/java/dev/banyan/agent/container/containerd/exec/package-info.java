/**
 * Ways into running containers through containerd's own task service, since CRI's would need a port of the server.
 *
 * <p>{@link dev.banyan.agent.container.containerd.exec.ContainerdDoor} takes what containerd made of a container's process, puts the wanted
 * command in its place, and has containerd run it with pipes as its streams. The pipes lie in a directory whose name tells container and
 * command, so that an agent that was restarted finds what it has to end. Environments that lie in memory stay there: the command gets one
 * of its own beside the container's.
 *
 * <p>A pipe brings a thread of the kernel along, so whoever begins commands bounds how many there are.
 */
@NullMarked
package dev.banyan.agent.container.containerd.exec;

import org.jspecify.annotations.NullMarked;
