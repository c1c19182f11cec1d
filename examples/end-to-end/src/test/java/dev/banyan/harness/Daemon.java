package dev.banyan.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A process that a test or one of its daemons started, and that goes on running. */
public final class Daemon {
    private static final Duration DEATH = Duration.ofMinutes(1);
    /** Enough of a log to see why something failed, little enough for a failure's message. */
    private static final int SHOWN_BYTES = 4000;

    private final String name;
    private final ProcessHandle process;
    private final Path log;

    /** Bytes of the log that were there before it. */
    private final int before;

    private Daemon(String name, ProcessHandle process, Path log, int before) {
        this.name = name;
        this.process = process;
        this.log = log;
        this.before = before;
    }

    /** One that somebody else started. */
    static Daemon found(String name, ProcessHandle process, Path log) {
        return new Daemon(name, process, log, 0);
    }

    static Daemon start(String name, Command command, Path log) {
        var before = Files.exists(log) ? read(log).length : 0;
        return new Daemon(name, command.start(log).toHandle(), log, before);
    }

    public String name() {
        return name;
    }

    public long pid() {
        return process.pid();
    }

    public boolean alive() {
        return process.isAlive();
    }

    /** Both outputs of the process and of those that ran under the same name before; of a daemon's child, those of the daemon. */
    public Path log() {
        return log;
    }

    /** Ends it by SIGKILL and returns when it is gone. */
    public void kill() {
        Signals.send("KILL", process.pid());
        awaitEnd(DEATH);
    }

    /**
     * Ends it by SIGTERM and returns when it is gone.
     *
     * @throws AssertionError if it lives on
     */
    public void stop(Duration grace) {
        Signals.send("TERM", process.pid());
        awaitEnd(grace);
    }

    /** Takes it off the processor, as a machine that hangs: connections stay open and nothing answers. */
    public void pause() {
        Signals.send("STOP", process.pid());
    }

    /** Lets it go on after {@link #pause}. */
    public void resume() {
        Signals.send("CONT", process.pid());
    }

    /** Waits until the process has ended by itself or by a signal of somebody else. */
    public void awaitEnd(Duration deadline) {
        Await.until(() -> !alive(), deadline, () -> name + " ends\n" + tail());
    }

    /** What it has said so far; of a daemon's child, what the daemon and those before it have. */
    public String said() {
        var bytes = read(log);
        return new String(bytes, before, bytes.length - before, StandardCharsets.UTF_8);
    }

    /** Waits until it has said the text; an end of the process meanwhile is a failure. */
    public void awaitLog(String text, Duration deadline) {
        Await.until(
                () -> {
                    if (said().contains(text)) {
                        return true;
                    }
                    mustLive();
                    return false;
                },
                deadline,
                () -> name + " says \"" + text + "\"\n" + tail());
    }

    /**
     * Fails with the end of the log if the process has ended.
     *
     * @throws AssertionError if so
     */
    public void mustLive() {
        if (!alive()) {
            throw new AssertionError(name + " has ended\n" + tail());
        }
    }

    /** The end of the log. */
    public String tail() {
        var text = new String(read(log), StandardCharsets.UTF_8);
        return log + ":\n" + text.substring(Math.max(0, text.length() - SHOWN_BYTES));
    }

    private static byte[] read(Path log) {
        try {
            return Files.readAllBytes(log);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot read " + log, failure);
        }
    }
}
