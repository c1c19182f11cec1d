package dev.banyan.agent.container;

/** A container runtime with hands that reach behind it, for {@link DrawnCalls}. Each has an empty cluster of its own. */
public interface RuntimeBench {
    ContainerRuntime runtime();

    /** An image that can be pulled, with {@code /bin/sh}. */
    ImageReference image();

    ImageReference missingImage();

    /** A sandbox that can be run; another name for each number. */
    SandboxSpec sandbox(int number);

    /** Ends the process of a running container as {@code kill -9} does. */
    void kill(String containerId) throws Exception;

    /** Ends the process that holds a sandbox. */
    void killSandbox(String sandboxId) throws Exception;

    /** Kills the daemon; returns when the next one serves. */
    void restartDaemon() throws Exception;

    /** A program that shall heed signals is ready to. */
    void awaitHeeding(String containerId) throws Exception;

    /** Waits until {@code condition} holds. */
    void await(Condition condition) throws Exception;

    /** Something that comes true. */
    @FunctionalInterface
    interface Condition {
        boolean holds() throws Exception;
    }
}
