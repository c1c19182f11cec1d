package dev.banyan.agent.container;

import java.time.Duration;

/** What became of a command run in a container. */
public sealed interface ExecOutcome {
    /** Bytes of output that are kept: enough for an error message, small enough for a status. */
    int OUTPUT_LIMIT = 4096;

    /** It ended; {@code output} is the beginning of its standard output followed by that of its standard error. */
    record Finished(int code, String output) implements ExecOutcome {}

    /** It was killed for running longer than this. */
    record TimedOut(Duration after) implements ExecOutcome {}

    /** It could not be started, as when the container does not run or has no such program. */
    record NotStarted(String reason) implements ExecOutcome {}
}
