package dev.banyan.agent.container.logs;

import java.time.Instant;

/**
 * One line of a container's output, without its newline.
 *
 * @param time when the runtime read it, by the server's wall clock
 */
public record LogLine(Instant time, Stream stream, String text) {
    /** Where the program wrote it. */
    public enum Stream {
        STDOUT,
        STDERR
    }
}
