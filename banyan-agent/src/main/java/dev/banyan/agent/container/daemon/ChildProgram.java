package dev.banyan.agent.container.daemon;

import dev.banyan.runtime.env.Env;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;

/** Runs one program to its end. */
final class ChildProgram {
    private ChildProgram() {}

    /** @throws DaemonException with the program's own words when it fails or outlives {@code limit}, at which it is killed */
    static void run(List<String> command, Duration limit, Env env) throws InterruptedException {
        try {
            var output = Files.createTempFile("banyan-", ".out");
            try {
                var process = new ProcessBuilder(command)
                        .redirectOutput(output.toFile())
                        .redirectErrorStream(true)
                        .start();
                await(command, process, limit, env);
                if (process.exitValue() != 0) {
                    var words = new String(Files.readAllBytes(output), StandardCharsets.UTF_8).strip();
                    throw new DaemonException(
                            String.join(" ", command) + " ended with code " + process.exitValue() + ": " + words);
                }
            } finally {
                Files.deleteIfExists(output);
            }
        } catch (IOException refused) {
            throw new DaemonException("could not run " + String.join(" ", command), refused);
        }
    }

    private static void await(List<String> command, Process process, Duration limit, Env env)
            throws InterruptedException {
        var ended = env.signal();
        var unused = process.onExit().thenRun(ended::raise);
        try {
            if (!ended.await(limit)) {
                throw new DaemonException(String.join(" ", command) + " did not end within " + limit);
            }
        } finally {
            process.destroyForcibly();
        }
    }
}
