package dev.banyan.agent.container;

/** What became of stopping a container. It does not run in any of these. */
public sealed interface StopOutcome {
    /** It ended by itself after the signal, within the grace. */
    record Stopped(ContainerExit exit) implements StopOutcome {}

    /** It outlived the grace and was killed. */
    record Killed(ContainerExit exit) implements StopOutcome {}

    /** It had ended before. */
    record AlreadyEnded(ContainerExit exit) implements StopOutcome {}

    /** It was never started, or is gone. */
    record NotRunning() implements StopOutcome {}
}
