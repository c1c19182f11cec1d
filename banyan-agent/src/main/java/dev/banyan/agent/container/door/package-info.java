/**
 * The contract of ways into running containers: a command beside the container's own, and its process as the server sees it.
 *
 * <p>{@link dev.banyan.agent.container.door.ContainerDoor} begins a {@link dev.banyan.agent.container.door.CommandSpec} in a container and
 * answers a {@link dev.banyan.agent.container.door.RunningCommand}, whose streams, terminal and end are its caller's.
 *
 * <p><b>Guarantees.</b> A command that is hung up leaves no process of its session and no pipe; one that an earlier agent began and could
 * not hang up goes with {@link dev.banyan.agent.container.door.ContainerDoor#sweep}. <b>Caveats.</b> What a command starts outside of its
 * session, as daemons do, is the container's.
 */
@NullMarked
package dev.banyan.agent.container.door;

import org.jspecify.annotations.NullMarked;
