package dev.banyan.agent.container.daemon;

import dev.banyan.agent.host.WholeFile;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.env.Task;
import java.io.File;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The agent's own containerd, kept running. {@link #start()} adopts or starts it, {@link #stop()} lets it go on without us, {@link
 * #terminate} ends it.
 *
 * <p>Caveat: a containerd that was killed leaves its shims and containers running; the next one finds them again.
 */
public final class ContainerdChild {
    private static final Logger LOG = LoggerFactory.getLogger(ContainerdChild.class);
    private static final Duration POLL = Duration.ofMillis(20);
    private static final Duration KILL_AFTER = Duration.ofSeconds(10);

    /** containerd logs a few lines a minute; the file before the last start is kept beside it. */
    private static final long LARGEST_LOG = 10 << 20;

    private final DaemonSettings settings;
    private final Env env;
    private final Signal wake;
    private @Nullable FileChannel lock; // written by start and stop, which one task calls
    private @Nullable Task supervisor; // likewise

    public ContainerdChild(DaemonSettings settings, Env env) {
        this.settings = settings;
        this.env = env;
        this.wake = env.signal();
    }

    /**
     * Writes the configuration and begins to keep containerd running. Use {@link #awaitReady} to wait for it.
     *
     * @throws DaemonException when a program is missing or another agent holds the directory
     */
    public void start() {
        settings.programs().require();
        settings.directory().create();
        lock = lock();
        configure();
        supervisor = env.tasks().spawn("containerd-supervisor", this::supervise);
    }

    /**
     * A containerd that runs under another configuration is ended, so that the next one runs under this; containers go on. So is one that
     * sees other mounts, since it would not find what this agent mounts for containers: a service manager that gives each start of the
     * agent a file system of its own leaves such a one behind.
     */
    private void configure() {
        var directory = settings.directory();
        new RuntimeWrapper(settings.programs(), directory.environments()).write(directory.runtimeWrapper());
        boolean changed = WholeFile.replace(
                directory.config(), DaemonConfig.toml(directory, settings.programs(), settings.pauseImage()));
        alive().ifPresent(running -> {
            if (changed) {
                end(running, "its configuration has changed");
            } else if (!running.sharesMounts()) {
                end(running, "it sees other mounts than this agent");
            }
        });
    }

    private static void end(ProcessRecord running, String reason) {
        ProcessHandle.of(running.pid()).ifPresent(old -> {
            LOG.atInfo()
                    .addKeyValue("pid", old.pid())
                    .addKeyValue("reason", reason)
                    .log("ending containerd");
            old.destroy();
            old.onExit()
                    .completeOnTimeout(old, KILL_AFTER.toSeconds(), TimeUnit.SECONDS)
                    .join();
            old.destroyForcibly();
        });
    }

    /** Stops watching over containerd, which goes on, and lets another agent have the directory. */
    public void stop() throws InterruptedException {
        if (supervisor != null) {
            supervisor.cancel();
            supervisor.join();
            supervisor = null;
        }
        release();
    }

    /** Stops watching, and ends containerd: asks first, kills after 10 s. Containers go on without it. */
    public void terminate() throws InterruptedException {
        stop();
        var process = alive();
        if (process.isEmpty()) {
            return;
        }
        var handle = ProcessHandle.of(process.get().pid());
        handle.ifPresent(ProcessHandle::destroy);
        if (!awaitEnd(process.get(), KILL_AFTER)) {
            handle.ifPresent(ProcessHandle::destroyForcibly);
            awaitEnd(process.get(), KILL_AFTER);
        }
    }

    /** Waits until containerd accepts connections; false when it did not within {@code timeout}. */
    public boolean awaitReady(Duration timeout) throws InterruptedException {
        long start = env.time().nanos();
        while (!accepts()) {
            if (env.time().since(start).compareTo(timeout) > 0) {
                return false;
            }
            env.signal().await(POLL);
        }
        return true;
    }

    /** Whether containerd's process lives and accepts connections now. */
    public boolean ready() {
        return alive().isPresent() && accepts();
    }

    /** The process id of containerd, if it lives. */
    public Optional<Long> pid() {
        return alive().map(ProcessRecord::pid);
    }

    private void supervise() throws InterruptedException {
        var supervision = new Supervision();
        var watched = Optional.<ProcessRecord>empty();
        while (true) {
            switch (supervision.next(alive(), env.time().nanos())) {
                case Supervision.Step.Start start -> launch();
                case Supervision.Step.Wait pause -> wake.await(pause.atMost());
                case Supervision.Step.Watch watch -> {
                    if (!watched.equals(Optional.of(watch.process()))) {
                        watched = Optional.of(watch.process());
                        adopt(watch.process());
                    }
                    wake.await();
                }
            }
        }
    }

    private void adopt(ProcessRecord process) {
        WholeFile.replace(settings.directory().processRecord(), process.text());
        LOG.atInfo().addKeyValue("pid", process.pid()).log("watching over containerd");
        ProcessHandle.of(process.pid())
                .ifPresentOrElse(
                        handle -> {
                            var unused = handle.onExit().thenRun(wake::raise);
                        },
                        wake::raise);
    }

    private void launch() throws InterruptedException {
        var command = new ArrayList<String>();
        command.add(settings.programs().setsid().toString());
        settings.networkNamespace().ifPresent(namespace -> {
            // Not "ip netns exec", which hides the cgroup hierarchies.
            command.add("nsenter");
            command.add("--net=" + namespace);
        });
        command.add(settings.programs().containerd().toString());
        command.add("--config");
        command.add(settings.directory().config().toString());
        try {
            var log = rotatedLog();
            var process = new ProcessBuilder(command)
                    .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                    .redirectOutput(log)
                    .redirectErrorStream(true)
                    .start();
            LOG.atInfo().addKeyValue("pid", process.pid()).log("started containerd");
            ProcessRecord.of(process.pid())
                    .ifPresent(started -> WholeFile.replace(settings.directory().processRecord(), started.text()));
        } catch (IOException refused) {
            LOG.atError().addKeyValue("command", command).setCause(refused).log("could not start containerd");
        }
    }

    private ProcessBuilder.Redirect rotatedLog() throws IOException {
        var log = settings.directory().log();
        if (Files.exists(log) && Files.size(log) > LARGEST_LOG) {
            Files.move(log, log.resolveSibling(log.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
        }
        return ProcessBuilder.Redirect.appendTo(log.toFile());
    }

    /** The recorded process, or one that was started by an agent that died before it could record it. */
    private Optional<ProcessRecord> alive() {
        var config = settings.directory().config().toString();
        return ProcessRecord.read(settings.directory().processRecord())
                .filter(ProcessRecord::alive)
                .filter(process -> process.hasArgument(config))
                .or(() -> ProcessRecord.findByArgument(config));
    }

    private boolean awaitEnd(ProcessRecord process, Duration timeout) throws InterruptedException {
        long start = env.time().nanos();
        while (process.alive()) {
            if (env.time().since(start).compareTo(timeout) > 0) {
                return false;
            }
            env.signal().await(POLL);
        }
        return true;
    }

    private boolean accepts() {
        try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(
                    UnixDomainSocketAddress.of(settings.directory().socket()));
        } catch (IOException refused) {
            return false;
        }
    }

    private FileChannel lock() {
        var path = settings.directory().lock();
        try {
            var channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (tryLock(channel)) {
                return channel;
            }
            channel.close();
            throw new DaemonException("another agent holds " + path + ": one directory is for one agent");
        } catch (IOException refused) {
            throw new DaemonException("could not lock " + path, refused);
        }
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException heldInThisProcess) {
            return false;
        }
    }

    private void release() {
        if (lock != null) {
            try {
                lock.close();
            } catch (IOException refused) {
                throw new DaemonException(
                        "could not unlock " + settings.directory().lock(), refused);
            }
            lock = null;
        }
    }
}
