package dev.banyan.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.locks.LockSupport;

/**
 * A real etcd of one member on free ports of loopback, without TLS, with a data directory of its own. Needs no root and
 * nothing else of this package, so other modules' tests may have it by a copy of this file.
 *
 * <p>Not safe for several threads.
 */
public final class LocalEtcd implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(2);
    /** An address from which nobody dials: who looks for a killed etcd cannot be given its port. */
    private static final String HOST = "127.77.0.2";

    /** Ports found free may be taken before etcd binds them. */
    private static final int TRIES = 3;

    private final Path directory;
    private final int clientPort;
    private final int peerPort;
    private final Thread atExit;
    private Process process;

    private LocalEtcd(Path directory, int clientPort, int peerPort) throws IOException {
        this.directory = directory;
        this.clientPort = clientPort;
        this.peerPort = peerPort;
        this.process = launch();
        this.atExit = Thread.ofPlatform().unstarted(this::killAndDelete);
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    /**
     * Starts one and returns when it answers.
     *
     * @throws AssertionError if there is no etcd on the path or it does not come up
     */
    public static LocalEtcd start() {
        var failure = new AssertionError("etcd does not start; install it with: apt-get install etcd-server");
        for (var attempt = 0; attempt < TRIES; attempt++) {
            try {
                var etcd = new LocalEtcd(Files.createTempDirectory("etcd"), freePort(), freePort());
                if (etcd.answersInTime()) {
                    return etcd;
                }
                failure.addSuppressed(new AssertionError(Files.readString(etcd.log())));
                etcd.close();
            } catch (IOException problem) {
                failure.addSuppressed(problem);
            }
        }
        throw failure;
    }

    /** Host and port for clients. */
    public String endpoint() {
        return HOST + ":" + clientPort;
    }

    /** The data directory, which outlives {@link #kill} and goes with {@link #close}. */
    public Path data() {
        return directory.resolve("data");
    }

    public Path log() {
        return directory.resolve("etcd.log");
    }

    public long pid() {
        return process.pid();
    }

    /** Ends it by SIGKILL and returns when it is gone; the data stay. */
    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    /**
     * Starts it again after {@link #kill} on the same ports and data, and returns when it answers.
     *
     * @throws AssertionError if it does not
     */
    public void restart() {
        if (process.isAlive()) {
            throw new IllegalStateException("a second etcd on " + data() + " would destroy it: kill the first");
        }
        try {
            process = launch();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        if (!answersInTime()) {
            throw new AssertionError("etcd does not come back, see " + log());
        }
    }

    @Override
    public void close() {
        Runtime.getRuntime().removeShutdownHook(atExit);
        killAndDelete();
    }

    private Process launch() throws IOException {
        var client = "http://" + HOST + ":" + clientPort;
        var peer = "http://" + HOST + ":" + peerPort;
        var builder = new ProcessBuilder(
                "etcd",
                "--name=local",
                "--data-dir=" + data(),
                "--listen-client-urls=" + client,
                "--advertise-client-urls=" + client,
                "--listen-peer-urls=" + peer,
                "--initial-advertise-peer-urls=" + peer,
                "--initial-cluster=local=" + peer);
        // Else Debian's variables for a system etcd, or a developer's own, would override what is said above.
        builder.environment().keySet().removeIf(name -> name.startsWith("ETCD_"));
        return builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
    }

    private boolean answersInTime() {
        var end = System.nanoTime() + START.toNanos();
        try (var client = HttpClient.newHttpClient()) {
            while (process.isAlive() && System.nanoTime() - end < 0) {
                if (healthy(client)) {
                    return true;
                }
                LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
            }
        }
        return false;
    }

    private boolean healthy(HttpClient client) {
        var request = HttpRequest.newBuilder(URI.create("http://" + endpoint() + "/health"))
                .timeout(Duration.ofSeconds(5))
                .build();
        try {
            var body =
                    client.send(request, HttpResponse.BodyHandlers.ofString()).body();
            return body.replace(" ", "").contains("\"health\":\"true\"");
        } catch (IOException notYet) {
            return false;
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while etcd started", interruption);
        }
    }

    private void killAndDelete() {
        kill();
        try (var files = Files.walk(directory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot remove " + directory, failure);
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(HOST, 0));
            return socket.getLocalPort();
        }
    }
}
