package dev.banyan.engine.backing;

import dev.banyan.runtime.env.Env;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The engine's own image registry: Debian's docker-registry over a directory, with mutual TLS.
 *
 * <p>It gives back the room of what no manifest names with {@link #collect}: started anew as one that can only be read, it answers pulls while
 * the program that collects goes over its directory, and is then started as before. A file says that this is under way, so that an engine
 * which starts after a crash ends what is left of it. For one task, once it is started.
 */
public final class ManagedRegistry {
    /** Port for the agents and for those who push. */
    public static final int PORT = 7444;

    private static final String PROGRAM = "/usr/bin/docker-registry";
    private static final Duration READY = Duration.ofSeconds(60);

    /** It reads all manifests, and unlinks what is not named. */
    private static final Duration COLLECTION_MAX = Duration.ofMinutes(30);

    private final Path directory;
    private final TlsFiles tls;
    private final int port;
    private final Child child;

    /**
     * A registry on {@code directory}, listening on all addresses once its child is started.
     *
     * @throws BackingException when its configuration cannot be written
     */
    public ManagedRegistry(Path directory, TlsFiles tls, int port, Env env) {
        this.directory = directory;
        this.tls = tls;
        this.port = port;
        configure(Access.ALL);
        var config = config();
        this.child = new Child(
                new ChildSettings(
                        "registry",
                        "docker-registry",
                        List.of(PROGRAM, "serve", config.toString()),
                        config.toString(),
                        directory,
                        new InetSocketAddress("127.0.0.1", port),
                        Map.of()),
                env);
    }

    /** What can be done to it. */
    private enum Access {
        ALL,
        READ
    }

    /** Its process, to be started and stopped. */
    public Child child() {
        return child;
    }

    /** Ends the collection that an engine has left behind which is no more; to be called once the child is started. */
    public void recover() throws InterruptedException {
        if (Files.exists(marker())) {
            ProcessMark.having(collection().toString())
                    .flatMap(process -> ProcessHandle.of(process.pid()))
                    .ifPresent(ProcessHandle::destroyForcibly);
            become(Access.ALL);
            delete(marker());
        }
    }

    /**
     * Gives back the room of what no manifest names. Pushes are refused meanwhile; pulls fail for the moments in which it starts, and agents
     * try again.
     *
     * @throws BackingException when that failed; the registry works as before
     */
    public void collect() throws InterruptedException {
        write(marker(), "");
        try {
            become(Access.READ);
            write(collection(), config(Access.READ));
            run();
        } finally {
            become(Access.ALL);
        }
        delete(marker());
    }

    private void become(Access access) throws InterruptedException {
        configure(access);
        if (!child.restarted(READY)) {
            throw new BackingException("the registry does not answer; see " + directory.resolve("registry.log"));
        }
    }

    private void run() throws InterruptedException {
        var log = directory.resolve("collection.log");
        try {
            var process = new ProcessBuilder(
                            PROGRAM, "garbage-collect", collection().toString())
                    .directory(directory.toFile())
                    .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            try {
                boolean ended = process.waitFor(COLLECTION_MAX.toSeconds(), TimeUnit.SECONDS);
                if (!ended || process.exitValue() != 0) {
                    throw new BackingException("the registry's collection failed; see " + log);
                }
            } finally {
                process.destroyForcibly().waitFor();
            }
        } catch (IOException failed) {
            throw new BackingException("cannot run the registry's collection", failed);
        }
    }

    private Path config() {
        return directory.resolve("config.yml");
    }

    /** Has a name of its own, by which a process is known that has outlived its engine. */
    private Path collection() {
        return directory.resolve("collection.yml");
    }

    private Path marker() {
        return directory.resolve("collecting");
    }

    private void configure(Access access) {
        try {
            Files.createDirectories(directory.resolve("data"));
        } catch (IOException failed) {
            throw new BackingException("cannot make " + directory, failed);
        }
        write(config(), config(access));
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException failed) {
            throw new BackingException("cannot write " + file, failed);
        }
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException failed) {
            throw new BackingException("cannot remove " + file, failed);
        }
    }

    private String config(Access access) {
        return """
                version: 0.1
                log:
                  level: warn
                  accesslog:
                    disabled: true
                storage:
                  filesystem:
                    rootdirectory: %s
                  delete:
                    enabled: true
                  maintenance:
                    readonly:
                      enabled: %s
                http:
                  addr: :%d
                  relativeurls: true
                  tls:
                    certificate: %s
                    key: %s
                    clientcas:
                      - %s
                    minimumtls: tls1.3
                """
                .formatted(
                        directory.resolve("data"),
                        access == Access.READ,
                        port,
                        tls.certificate(),
                        tls.key(),
                        tls.authority());
    }
}
