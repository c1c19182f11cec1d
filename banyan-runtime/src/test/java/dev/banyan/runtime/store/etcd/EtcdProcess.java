package dev.banyan.runtime.store.etcd;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A real etcd in a directory of its own that goes with it. It listens on a loopback address that follows from the number of this process, on
 * ports that no other of this process has had: whoever takes a free port of 127.0.0.1 meanwhile, for a server or for a connection to one that
 * is down, cannot be in its way.
 */
public final class EtcdProcess implements AutoCloseable {
    private static final Path BINARY = Path.of("/usr/bin/etcd");
    private static final AtomicInteger NEXT_PORT = new AtomicInteger(2379);
    private static final long KILL_SECONDS = 60;

    private final Path directory;
    private final int clientPort;
    private final int peerPort;
    private final String scheme;
    private final List<String> more;
    private Process process;

    private EtcdProcess(String scheme, List<String> more) throws IOException {
        if (!Files.isExecutable(BINARY)) {
            throw new AssertionError("there is no " + BINARY + ": apt-get install --no-install-recommends etcd-server");
        }
        this.scheme = scheme;
        this.more = more;
        this.directory = Files.createTempDirectory(memory(), "banyan-etcd-");
        this.clientPort = NEXT_PORT.getAndIncrement();
        this.peerPort = NEXT_PORT.getAndIncrement();
        this.process = run();
    }

    /** Starts one; more arguments may follow the usual ones. */
    public static EtcdProcess start(String... more) {
        return start("http", List.of(more));
    }

    /** Starts one that speaks TLS; the arguments name its files. */
    static EtcdProcess startWithTls(String... more) {
        return start("https", List.of(more));
    }

    /** The address for clients. */
    public String endpoint() {
        return scheme + "://" + host() + ":" + clientPort;
    }

    /** The loopback address of all of this process: numbers of processes have 22 bits. */
    public static String host() {
        long pid = ProcessHandle.current().pid();
        return "127." + (64 | pid >> 16 & 63) + "." + (pid >> 8 & 255) + "." + (pid & 255);
    }

    public int port() {
        return clientPort;
    }

    /** Switches authentication on, with a user {@code root} whose password is {@code secret}. Waits until it answers. */
    void requireLogin() {
        TestStores.connect(EtcdConfig.of(endpoint())).close();
        control("user", "add", "root:secret");
        control("user", "grant-role", "root", "root");
        control("auth", "enable");
    }

    /** Runs a command of the operator's tool as {@code root}. */
    void asRoot(String... arguments) {
        var all = new ArrayList<>(List.of("--user=root:secret"));
        all.addAll(List.of(arguments));
        control(all.toArray(String[]::new));
    }

    /** Sets a password, which makes the user's tokens worthless. */
    void changePassword(String user, String password) {
        Command.run(password + "\n", tool("--user=root:secret", "user", "passwd", "--interactive=false", user));
    }

    private void control(String... arguments) {
        Command.run("", tool(arguments));
    }

    private List<String> tool(String... arguments) {
        var command = new ArrayList<>(List.of("/usr/bin/env", "ETCDCTL_API=3", "/usr/bin/etcdctl"));
        command.add("--endpoints=" + endpoint());
        command.addAll(List.of("--dial-timeout=2m", "--command-timeout=2m")); // by itself it waits 2 s and 5 s
        command.addAll(List.of(arguments));
        return command;
    }

    /** Ends it as a power cut would. */
    public void kill() {
        process.destroyForcibly();
        await(process);
    }

    /** Starts it again on what it had written. */
    public void restart() {
        try {
            process = run();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void close() {
        kill();
        try (var files = Files.walk(directory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static EtcdProcess start(String scheme, List<String> more) {
        try {
            return new EtcdProcess(scheme, more);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private Process run() throws IOException {
        var peer = "http://" + host() + ":" + peerPort;
        var command = new ArrayList<>(List.of(
                BINARY.toString(),
                "--name=test",
                "--data-dir=" + directory.resolve("data"),
                "--listen-client-urls=" + endpoint(),
                "--advertise-client-urls=" + endpoint(),
                "--listen-peer-urls=" + peer,
                "--initial-advertise-peer-urls=" + peer,
                "--initial-cluster=test=" + peer,
                "--log-level=error",
                "--logger=zap"));
        command.addAll(more);
        var builder = new ProcessBuilder(command);
        builder.environment()
                .keySet()
                .removeIf(name -> name.startsWith("ETCD_")); // they would override what is said above
        return builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("log").toFile()))
                .start();
    }

    private static Path memory() {
        var shared = Path.of("/dev/shm");
        return Files.isWritable(shared) ? shared : Path.of(System.getProperty("java.io.tmpdir"));
    }

    private static void await(Process process) {
        try {
            if (!process.waitFor(KILL_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("etcd does not end");
            }
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }
}
