package dev.banyan.agent.host;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;

/**
 * One program to run: arguments, the first one the program, what it reads, and its limits. Never a shell line. Secrets belong into {@code
 * input}, since arguments are visible to every user of the server.
 *
 * @param timeout after it the program is killed
 * @param outputLimit bytes of standard output after which the program is killed, from 1
 */
public record CommandLine(List<String> arguments, String input, Duration timeout, int outputLimit) {
    /** Longer than any command of this kind has taken under load, shorter than what an operator would wait for. */
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    /** A full listing of 100,000 backends is about 20 MB. */
    private static final int OUTPUT_LIMIT = 64 << 20;

    public CommandLine {
        arguments = List.copyOf(arguments);
        requireNonNull(input, "input");
        if (arguments.isEmpty()) {
            throw new IllegalArgumentException("a command needs a program");
        }
        if (timeout.isNegative() || timeout.isZero() || outputLimit < 1) {
            throw new IllegalArgumentException("a command needs positive limits");
        }
    }

    /** A command without input and with the usual limits: 30 seconds, 64 MiB. */
    public static CommandLine of(String... arguments) {
        return new CommandLine(List.of(arguments), "", TIMEOUT, OUTPUT_LIMIT);
    }

    /** The same command reading {@code text}. */
    public CommandLine reading(String text) {
        return new CommandLine(arguments, text, timeout, outputLimit);
    }

    /** The same command with another time limit. */
    public CommandLine within(Duration limit) {
        return new CommandLine(arguments, input, limit, outputLimit);
    }

    /** The same command with another bound on its standard output, in bytes. */
    public CommandLine writingAtMost(int limit) {
        return new CommandLine(arguments, input, timeout, limit);
    }

    /** The arguments for a reader, without the input. */
    @Override
    public String toString() {
        return String.join(" ", arguments);
    }
}
