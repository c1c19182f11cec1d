package dev.banyan.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * A program with its arguments, to be run to its end or started. No shell sees it.
 *
 * @param words program and arguments
 * @param environment added to this process's environment
 */
public record Command(List<String> words, Map<String, String> environment) {
    /** Longer than any command of a test takes on a busy machine. */
    private static final Duration DEADLINE = Duration.ofMinutes(5);

    public Command {
        words = List.copyOf(words);
        environment = Map.copyOf(environment);
    }

    /** A command of these words. */
    public static Command of(String... words) {
        return new Command(List.of(words), Map.of());
    }

    /** The same command behind other words, such as those that enter a namespace. */
    public Command behind(String... first) {
        var all = new ArrayList<>(List.of(first));
        all.addAll(words);
        return new Command(all, environment);
    }

    /** The same command with one more variable in its environment. */
    public Command with(String name, String value) {
        var more = new TreeMap<>(environment);
        more.put(name, value);
        return new Command(words, more);
    }

    /**
     * Runs it to its end with nothing on its standard input.
     *
     * @throws AssertionError if it has not ended after five minutes; it is killed then
     */
    public Output run() {
        try {
            var out = Files.createTempFile("command", ".out");
            var err = Files.createTempFile("command", ".err");
            try {
                return run(out, err);
            } finally {
                Files.delete(out);
                Files.delete(err);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot run " + this, failure);
        }
    }

    /**
     * Starts it with nothing on its standard input.
     *
     * @param log takes both outputs, after what is there already
     */
    Process start(Path log) {
        try {
            return builder()
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot start " + this, failure);
        }
    }

    /** Starts it with pipes to this process; errors come with the output. */
    Process open() {
        try {
            return builder()
                    .redirectInput(ProcessBuilder.Redirect.PIPE)
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot start " + this, failure);
        }
    }

    private Output run(Path out, Path err) throws IOException {
        var process = builder()
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        var ended = ended(process);
        var output =
                new Output(toString(), ended ? process.exitValue() : -1, Files.readString(out), Files.readString(err));
        if (!ended) {
            throw new AssertionError("not within " + DEADLINE.toSeconds() + " s: " + output);
        }
        return output;
    }

    private static boolean ended(Process process) {
        try {
            return process.waitFor(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            process.destroyForcibly();
        }
    }

    private ProcessBuilder builder() {
        var builder =
                new ProcessBuilder(words).redirectInput(Path.of("/dev/null").toFile());
        builder.environment().putAll(environment);
        return builder;
    }

    @Override
    public String toString() {
        return String.join(" ", words);
    }
}
