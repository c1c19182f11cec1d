package dev.banyan.agent.container.door;

import dev.banyan.agent.container.ContainerException;

/** Where nobody comes in. */
final class NoDoor implements ContainerDoor {
    @Override
    public RunningCommand begin(String containerId, CommandSpec command) {
        throw closed();
    }

    @Override
    public long process(String containerId) {
        throw closed();
    }

    @Override
    public ContainerDetails details(String containerId) {
        throw closed();
    }

    @Override
    public void sweep() {}

    private static ContainerException closed() {
        return new ContainerException(
                ContainerException.Kind.INVALID, "there is no way into the containers of this agent");
    }
}
