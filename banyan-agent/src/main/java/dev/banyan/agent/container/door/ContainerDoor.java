package dev.banyan.agent.container.door;

import dev.banyan.agent.container.ContainerException;

/** Ways into running containers of one cluster. Calls block and may be made from several tasks at once. */
public interface ContainerDoor {
    /**
     * Begins a command in a running container.
     *
     * @throws ContainerException {@code INVALID} when it cannot be executed, {@code NOT_FOUND} when the container does not run
     */
    RunningCommand begin(String containerId, CommandSpec command) throws InterruptedException;

    /**
     * The container's first process, by the number that it has on the server.
     *
     * @throws ContainerException {@code NOT_FOUND} when the container does not run
     */
    long process(String containerId) throws InterruptedException;

    /**
     * What a container is, whether it runs or not.
     *
     * @throws ContainerException {@code NOT_FOUND} when there is none
     */
    ContainerDetails details(String containerId) throws InterruptedException;

    /** Ends what an earlier agent began and did not end. */
    void sweep() throws InterruptedException;

    /** One that leads nowhere. */
    static ContainerDoor none() {
        return new NoDoor();
    }
}
