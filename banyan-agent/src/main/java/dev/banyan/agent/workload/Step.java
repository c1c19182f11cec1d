package dev.banyan.agent.workload;

import java.time.Duration;

/** What to do next for one task. */
sealed interface Step {
    /** Make a new attempt: image, sandbox, container, start. */
    record Start() implements Step {}

    /** The container runs as wanted: report it, and look after its health. */
    record Keep(Observed.Running running) implements Step {}

    /** Remember that the container ended, then ask again. */
    record RecordEnd(Observed.Ended ended) implements Step {}

    /** Nothing until then. */
    record Wait(Duration delay, Observed.Ended ended) implements Step {}

    /** Stop what runs; the task ends. */
    record Stop(Observed.Running running) implements Step {}

    /** Remove what was made and never ran. */
    record Discard() implements Step {}

    /** The task has done what it was for. */
    record Finish(Outcome outcome, int exitCode, String reason) implements Step {}

    /** How a task ends. */
    enum Outcome {
        EXITED,
        FAILED
    }
}
