package dev.banyan.agent.container;

/** Something that happened to a container or sandbox of this cluster. */
public sealed interface ContainerEvent {
    /** The container's command runs. */
    record Started(String containerId) implements ContainerEvent {}

    /** The container ended. */
    record Exited(String containerId, ContainerExit exit) implements ContainerEvent {}

    /** The kernel killed a process of the container for its memory limit; the container itself may live on. */
    record OutOfMemory(String containerId) implements ContainerEvent {}

    /** The sandbox died: its address is gone, and nothing can be restarted in it. */
    record SandboxExited(String sandboxId) implements ContainerEvent {}

    /** Events before this one may have been missed: list. {@code reason} is for people. */
    record Resynchronise(String reason) implements ContainerEvent {}
}
