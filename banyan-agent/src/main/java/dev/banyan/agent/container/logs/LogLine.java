package dev.banyan.agent.container.logs;

import java.time.Instant;

/**
 * One line of a container's output, without its newline.
 *
 * @param time when the runtime read it, by the server's wall clock
 */
public record LogLine(Instant time, Stream stream, String text) {
    /** Which of the two outputs of a process a line was written to. */
    public enum Stream {
        STDOUT,
        STDERR
    }
}
