package dev.banyan.agent.workload;

import java.time.Duration;

/** What to do next for one task. */
sealed interface Step {
    /** True for what keeps a task running that shall run; false for what ends it, which takes an engine that says so. */
    default boolean keepsUp() {
        return switch (this) {
            case Start start -> true;
            case Keep keep -> true;
            case RecordEnd end -> true;
            case Wait wait -> true;
            case Discard discard -> true;
            case Stop stop -> false;
            case Finish finish -> false;
        };
    }

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
