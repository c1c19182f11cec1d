package dev.banyan.runtime.benchmark.server;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.etcd.EtcdConfig;
import dev.banyan.runtime.store.etcd.EtcdStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/** A real etcd with its defaults, fsync included, in a temporary directory. */
public final class EtcdServer implements AutoCloseable {
    private static final Path BINARY = Path.of(System.getProperty("banyan.etcd", "/usr/bin/etcd"));
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Path directory;
    private final Process process;
    private final int port;
    private final Thread hook;

    private EtcdServer(Path directory, int port, Process process) {
        this.directory = directory;
        this.port = port;
        this.process = process;
        this.hook = Thread.ofPlatform().unstarted(this::end);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Starts one; it may take a moment until it answers. */
    public static EtcdServer start() {
        if (!Files.isExecutable(BINARY)) {
            throw new IllegalStateException(
                    "there is no " + BINARY + ": apt-get install --no-install-recommends etcd-server");
        }
        try {
            var directory = Files.createTempDirectory("banyan-benchmark-etcd-");
            int port = freePort();
            var client = "http://127.0.0.1:" + port;
            var peer = "http://127.0.0.1:" + freePort();
            var process = new ProcessBuilder(List.of(
                            BINARY.toString(),
                            "--name=benchmark",
                            "--data-dir=" + directory.resolve("data"),
                            "--listen-client-urls=" + client,
                            "--advertise-client-urls=" + client,
                            "--listen-peer-urls=" + peer,
                            "--initial-advertise-peer-urls=" + peer,
                            "--initial-cluster=benchmark=" + peer,
                            "--quota-backend-bytes=" + 8L * 1024 * 1024 * 1024,
                            "--log-level=error",
                            "--logger=zap"))
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("log").toFile())
                    .start();
            return new EtcdServer(directory, port, process);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** The port on loopback. */
    public int port() {
        return port;
    }

    /** A store on it, once it answers. */
    public EtcdStore connect(Env env) throws InterruptedException {
        return connect(port, env);
    }

    /** A store on whatever listens at {@code port} of loopback, once that answers. */
    public static EtcdStore connect(int port, Env env) throws InterruptedException {
        var config = EtcdConfig.of("http://127.0.0.1:" + port).under("/benchmark/");
        long start = env.time().nanos();
        while (true) {
            try {
                return EtcdStore.connect(config, env);
            } catch (StoreException starting) {
                if (env.time().since(start).compareTo(PATIENCE) > 0) {
                    throw starting;
                }
                env.signal().await(Duration.ofMillis(50));
            }
        }
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(hook);
        end();
    }

    private void end() {
        process.destroyForcibly().onExit().join();
        try (var files = Files.walk(directory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException("removing " + directory, failed);
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
