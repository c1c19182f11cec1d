package dev.banyan.agent.host;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.banyan.runtime.env.TaskSpawner;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs programs of the server in the namespaces of the calling thread, with a fixed search path and locale so that neither the agent's
 * environment nor its language changes what they do. Thread-safe.
 */
public final class HostCommand implements CommandRunner {
    private static final String PATH = "/usr/sbin:/usr/bin:/sbin:/bin";

    /** More than any useful message; the rest is read and dropped so that the program is not held up. */
    private static final int ERROR_LIMIT = 64 << 10;

    private final TaskSpawner tasks;

    public HostCommand(TaskSpawner tasks) {
        this.tasks = tasks;
    }

    @Override
    public CommandResult run(CommandLine line) throws InterruptedException {
        var process = start(line);
        try {
            return converse(line, process);
        } finally {
            process.destroyForcibly();
        }
    }

    /** A program to start otherwise than by {@link #run}, with the same search path and locale. */
    public static ProcessBuilder prepared(List<String> arguments) {
        var builder = new ProcessBuilder(arguments);
        builder.environment().clear();
        builder.environment().put("PATH", PATH);
        builder.environment().put("LC_ALL", "C");
        return builder;
    }

    private static Process start(CommandLine line) {
        try {
            return prepared(line.arguments()).start();
        } catch (IOException e) {
            throw new HostException("`" + line + "` could not be started: " + e.getMessage(), e);
        }
    }

    private CommandResult converse(CommandLine line, Process process) throws InterruptedException {
        var output = new Drain(process, process.getInputStream(), line.outputLimit(), true);
        var error = new Drain(process, process.getErrorStream(), ERROR_LIMIT, false);
        var name = line.arguments().getFirst();
        var pipes = List.of(
                tasks.spawn(name + " input", () -> feed(process, line.input())),
                tasks.spawn(name + " output", output::run),
                tasks.spawn(name + " errors", error::run));
        if (!process.waitFor(line.timeout().toMillis(), TimeUnit.MILLISECONDS)) {
            throw new HostException("`" + line + "` took longer than " + line.timeout());
        }
        for (var pipe : pipes) {
            if (!pipe.join(line.timeout())) {
                throw new HostException("`" + line + "` ended but left its output open longer than " + line.timeout());
            }
        }
        if (output.overflowed) {
            throw new HostException("`" + line + "` wrote more than " + line.outputLimit() + " bytes");
        }
        return new CommandResult(line, process.exitValue(), output.text(), error.text());
    }

    private static void feed(Process process, String input) {
        try (var stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(UTF_8));
        } catch (IOException ignored) {
            // The program ended without reading everything: its exit status tells why.
        }
    }

    /** Reads one stream to its end, keeping no more than a limit. Written by its task, read after that task was joined. */
    private static final class Drain {
        private final Process process;
        private final InputStream stream;
        private final int limit;
        private final boolean killAtLimit;
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
        private boolean overflowed;

        Drain(Process process, InputStream stream, int limit, boolean killAtLimit) {
            this.process = process;
            this.stream = stream;
            this.limit = limit;
            this.killAtLimit = killAtLimit;
        }

        void run() {
            var buffer = new byte[64 << 10];
            try {
                for (int read = stream.read(buffer); read >= 0; read = stream.read(buffer)) {
                    keep(buffer, read);
                }
            } catch (IOException ignored) {
                // The stream was closed by the kill that ended the program; what matters is reported by the caller.
            }
        }

        private void keep(byte[] buffer, int read) {
            int room = Math.min(read, limit - kept.size());
            kept.write(buffer, 0, room);
            if (room < read) {
                overflowed = true;
                if (killAtLimit) {
                    process.destroyForcibly();
                }
            }
        }

        String text() {
            return kept.toString(UTF_8);
        }
    }
}
