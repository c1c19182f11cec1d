package dev.banyan.agent.container;

import java.time.Instant;
import java.util.OptionalInt;

/**
 * How a container ended.
 *
 * @param code exit code, 0 to 255; 128 + n after signal n
 * @param finishedAt wall clock of this server
 * @param oomKilled the kernel killed it for exceeding its memory limit
 */
public record ContainerExit(int code, Instant finishedAt, boolean oomKilled) {
    private static final int SIGNAL_BASE = 128;
    private static final int LAST_SIGNAL = 64;

    /** The signal that ended it, if a signal did; a program may also exit with such a code by itself. */
    public OptionalInt signal() {
        return code > SIGNAL_BASE && code <= SIGNAL_BASE + LAST_SIGNAL
                ? OptionalInt.of(code - SIGNAL_BASE)
                : OptionalInt.empty();
    }

    /** In words for people: {@code out of memory}, {@code killed by signal 9}, {@code exit code 3}. */
    public String reason() {
        if (oomKilled) {
            return "out of memory";
        }
        return signal().isPresent() ? "killed by signal " + signal().getAsInt() : "exit code " + code;
    }
}
