package dev.banyan.engine.backing;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.env.Task;
import dev.banyan.runtime.manager.Component;
import dev.banyan.runtime.manager.Health;
import java.io.File;
import java.io.IOException;
import java.net.Socket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server process kept running. {@link #start} adopts or starts it, {@link #stop} leaves it to itself, {@link #terminate} ends it.
 * Started and stopped by one task.
 */
public final class Child implements Component {
    private static final Logger LOG = LoggerFactory.getLogger(Child.class);
    private static final String SETSID = "/usr/bin/setsid";
    private static final Duration POLL = Duration.ofMillis(25);
    private static final Duration KILL_AFTER = Duration.ofSeconds(10);
    private static final Duration STOP_WAIT = Duration.ofSeconds(3);
    private static final int CONNECT_MILLIS = 500;

    /** The log before the last start is kept beside it. */
    private static final long LOG_BYTES_MAX = 10L << 20;

    private final ChildSettings settings;
    private final Env env;
    private final Signal wake;
    private final Signal pause;
    private @Nullable FileLock lock; // written by start and stop
    private @Nullable Task supervisor; // written by start and stop

    Child(ChildSettings settings, Env env) {
        this.settings = settings;
        this.env = env;
        this.wake = env.signal();
        this.pause = env.signal();
    }

    @Override
    public String name() {
        return settings.name();
    }

    @Override
    public Stage stage() {
        return Stage.SOURCE;
    }

    /**
     * Begins to keep the child running.
     *
     * @throws BackingException when its program is missing or another engine holds its directory
     */
    @Override
    public void start() {
        if (!Files.isExecutable(settings.program())) {
            throw new BackingException("cannot run " + settings.name() + ": " + settings.program()
                    + " is missing. Run: apt-get install " + settings.packageName());
        }
        lock = locked();
        supervisor = env.tasks().spawn(settings.name() + "-supervisor", this::supervise);
    }

    /** Stops watching over the child, which goes on, and lets another engine have its directory. */
    @Override
    public void stop() {
        var running = supervisor;
        if (running != null) {
            running.cancel();
            awaitEnd(running);
            supervisor = null;
        }
        var held = lock;
        if (held != null) {
            try {
                held.channel().close();
            } catch (IOException failed) {
                throw new BackingException("cannot unlock " + settings.lock(), failed);
            }
            lock = null;
        }
    }

    /** Stops watching and ends the child: asks, and kills it after 10 s. */
    public void terminate() throws InterruptedException {
        stop();
        var alive = alive();
        if (alive.isPresent()) {
            var handle = ProcessHandle.of(alive.get().pid());
            handle.ifPresent(ProcessHandle::destroy);
            if (!awaitEnd(alive.get())) {
                handle.ifPresent(ProcessHandle::destroyForcibly);
            }
        }
    }

    /** Asks the child to end, if it runs; it is started again at once. For what it reads only at its start. */
    public void restart() {
        alive().flatMap(process -> ProcessHandle.of(process.pid())).ifPresent(ProcessHandle::destroy);
    }

    /** As {@link #restart}; whether the new one accepts connections within {@code atMost}. */
    boolean restarted(Duration atMost) throws InterruptedException {
        var before = alive().flatMap(process -> ProcessHandle.of(process.pid()));
        restart();
        if (before.isPresent() && !gone(before.get())) {
            before.get().destroyForcibly();
            var ignored = gone(before.get());
        }
        return awaitReady(atMost);
    }

    /**
     * Whether the whole process ends in time. Its mark says that it is dead once its first thread is, while others still hold the port, and a
     * connection to that would be taken for one to the next process.
     */
    private static boolean gone(ProcessHandle process) throws InterruptedException {
        try {
            var ignored = process.onExit().get(KILL_AFTER.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException late) {
            return false;
        } catch (ExecutionException impossible) {
            throw new IllegalStateException("the end of " + process.pid() + " failed", impossible);
        }
    }

    @Override
    public Health health() {
        var alive = alive();
        if (alive.isEmpty()) {
            return new Health(false, "not running; see " + settings.log());
        }
        return accepts()
                ? new Health(true, "pid " + alive.get().pid())
                : new Health(
                        false, "pid " + alive.get().pid() + " does not accept connections on " + settings.address());
    }

    @Override
    public boolean awaitReady(Duration atMost) throws InterruptedException {
        long start = env.time().nanos();
        while (!accepts()) {
            if (env.time().since(start).compareTo(atMost) > 0) {
                return false;
            }
            var ignored = pause.await(POLL);
        }
        return true;
    }

    /** The last lines of the child's log, for messages. */
    public List<String> lastOutput(int lines) {
        try {
            var all = Files.readAllLines(settings.log());
            return all.subList(Math.max(0, all.size() - lines), all.size());
        } catch (IOException unreadable) {
            return List.of();
        }
    }

    private void supervise() throws InterruptedException {
        var pauses = new RestartPauses();
        Optional<ProcessMark> watched = Optional.empty();
        while (true) {
            var alive = alive();
            if (alive.isPresent()) {
                if (!watched.equals(alive)) {
                    watched = alive;
                    adopt(alive.get());
                }
                wake.await();
                continue;
            }
            var remaining = pauses.remaining(env.time().nanos());
            if (remaining.isPositive()) {
                var ignored = wake.await(remaining);
                continue;
            }
            pauses.started(env.time().nanos());
            launch();
        }
    }

    private void adopt(ProcessMark process) {
        record(process);
        LOG.atInfo()
                .addKeyValue("child", settings.name())
                .addKeyValue("pid", process.pid())
                .log("watching over child");
        ProcessHandle.of(process.pid())
                .ifPresentOrElse(
                        handle -> {
                            var unused = handle.onExit().thenRun(wake::raise);
                        },
                        wake::raise);
    }

    private void launch() {
        var command = new ArrayList<String>();
        command.add(SETSID);
        command.addAll(settings.command());
        try {
            var builder = new ProcessBuilder(command)
                    .directory(settings.directory().toFile())
                    .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                    .redirectOutput(log())
                    .redirectErrorStream(true);
            builder.environment().putAll(settings.environment());
            var process = builder.start();
            ProcessMark.of(process.pid()).ifPresent(this::record);
            LOG.atInfo()
                    .addKeyValue("child", settings.name())
                    .addKeyValue("pid", process.pid())
                    .log("started child");
        } catch (IOException refused) {
            LOG.atError()
                    .addKeyValue("child", settings.name())
                    .setCause(refused)
                    .log("cannot start child");
        }
    }

    private ProcessBuilder.Redirect log() throws IOException {
        var log = settings.log();
        if (Files.exists(log) && Files.size(log) > LOG_BYTES_MAX) {
            Files.move(log, Path.of(log + ".1"), StandardCopyOption.REPLACE_EXISTING);
        }
        return ProcessBuilder.Redirect.appendTo(log.toFile());
    }

    private void record(ProcessMark process) {
        var draft = Path.of(settings.record() + ".new");
        try {
            Files.writeString(draft, process.text());
            Files.move(draft, settings.record(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failed) {
            // Not fatal: the child is found by its mark.
            LOG.atWarn().addKeyValue("child", settings.name()).setCause(failed).log("cannot record process");
        }
    }

    private Optional<ProcessMark> alive() {
        return ProcessMark.recorded(settings.record())
                .filter(process -> process.has(settings.mark()) || process.showsNothing())
                .or(() -> ProcessMark.having(settings.mark()));
    }

    /** It must not start the child again that is ended next, or write beside another engine. */
    private void awaitEnd(Task running) {
        try {
            if (!running.join(STOP_WAIT)) {
                LOG.atWarn().addKeyValue("child", settings.name()).log("supervisor does not end");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean awaitEnd(ProcessMark process) throws InterruptedException {
        long start = env.time().nanos();
        while (process.alive()) {
            if (env.time().since(start).compareTo(KILL_AFTER) > 0) {
                return false;
            }
            var ignored = pause.await(POLL);
        }
        return true;
    }

    private boolean accepts() {
        try (var socket = new Socket()) {
            socket.connect(settings.address(), CONNECT_MILLIS);
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    private FileLock locked() {
        try {
            Files.createDirectories(settings.directory());
            var channel = FileChannel.open(settings.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            var held = tryLock(channel);
            if (held == null) {
                channel.close();
                throw new BackingException(
                        "another engine holds " + settings.lock() + ": one directory is for one engine");
            }
            return held;
        } catch (IOException failed) {
            throw new BackingException("cannot lock " + settings.lock(), failed);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException heldByThisProcess) {
            return null;
        }
    }
}
