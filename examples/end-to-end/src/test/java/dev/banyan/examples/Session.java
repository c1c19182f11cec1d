package dev.banyan.examples;

import dev.banyan.examples.Walk.Step;
import dev.banyan.harness.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One shell that a reader sits at. What he leaves running ends with it. */
final class Session implements AutoCloseable {
    /** A build on a machine that is busy with others. */
    private static final Duration COMMAND_MAX = Duration.ofMinutes(4);

    /** Far more than anything takes to come about. */
    private static final Duration MOMENT_MAX = Duration.ofMinutes(3);

    private final Path outputs;
    private final Process shell;
    private final Writer keyboard;
    private final Thread atExit;
    private int asked;

    Session(Path directory, Path outputs, Map<String, String> environment) throws IOException {
        this.outputs = outputs;
        var builder = new ProcessBuilder("bash", "--noprofile", "--norc").directory(directory.toFile());
        builder.environment().putAll(environment);
        this.shell = builder.redirectErrorStream(true)
                .redirectOutput(outputs.resolve("shell").toFile())
                .start();
        this.keyboard = shell.outputWriter(StandardCharsets.UTF_8);
        this.atExit = Thread.ofPlatform().unstarted(this::killAll);
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /**
     * Types a command and looks at what it prints.
     *
     * @throws AssertionError when it fails, or does not come to print what is shown
     */
    void take(Step step) {
        var said = new String[] {""};
        Await.until(
                () -> {
                    var output = ask(step);
                    said[0] = step.leavesSomethingRunning()
                            ? Await.value(
                                    () -> Optional.of(read(output)).filter(step::matches),
                                    MOMENT_MAX,
                                    () -> complaint(step, read(output)))
                            : read(output);
                    return step.matches(said[0]) || !step.repeats();
                },
                MOMENT_MAX,
                () -> complaint(step, said[0]));
        if (!step.matches(said[0])) {
            throw new AssertionError(complaint(step, said[0]));
        }
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(atExit);
        killAll();
    }

    /** Answers the file with what it has printed when it has ended, or has left something running. */
    private Path ask(Step step) {
        var number = asked++;
        var output = outputs.resolve(number + ".out");
        var status = outputs.resolve(number + ".status");
        try {
            // A job that is disowned dies without a message of the shell in somebody else's output.
            keyboard.write("{ %s\n} >%s 2>&1 </dev/null\necho $? >%s.new; disown -a; mv %s.new %s\n"
                    .formatted(step.command(), output, status, status, status));
            keyboard.flush();
        } catch (IOException ended) {
            throw new UncheckedIOException(complaint(step, read(outputs.resolve("shell"))), ended);
        }
        Await.until(() -> Files.exists(status), COMMAND_MAX, () -> "line " + step.line() + " ends: " + step.command());
        if (!step.repeats() && !read(status).equals("0\n")) {
            throw new AssertionError(complaint(step, read(output) + "with status " + read(status)));
        }
        return output;
    }

    private void killAll() {
        List<ProcessHandle> all = shell.descendants().toList();
        shell.destroyForcibly();
        all.forEach(ProcessHandle::destroyForcibly);
        shell.onExit().join();
        all.forEach(process -> process.onExit().join());
    }

    private static String complaint(Step step, String said) {
        return "line %d: %s%nshows%n%s%nand printed%n%s"
                .formatted(step.line(), step.command(), String.join("\n", step.shown()), said);
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
