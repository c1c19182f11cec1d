package dev.banyan.agent.workload;

import java.time.Duration;

/** The newest container of a task, as the container runtime shows it. */
sealed interface Observed {
    /** There is none. */
    record Nothing() implements Observed {}

    /** It was made and not started: an attempt that was cut off. */
    record Created(int attempt) implements Observed {}

    /** It runs. */
    record Running(int attempt, String containerId, String address) implements Observed {}

    /** It ended. */
    record Ended(int attempt, String containerId, int exitCode, String reason, Duration ranFor) implements Observed {}
}
