package dev.banyan.agent.container.daemon;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * Where everything of one containerd lies.
 *
 * @param data absolute; images, snapshots, configuration: kept over reboots
 * @param runtime absolute and short; socket and live state: may be lost at a reboot
 */
public record DaemonDirectory(Path data, Path runtime) {
    /** {@code sun_path} has 108 bytes with its closing zero. */
    private static final int LONGEST_SOCKET_PATH = 107;

    public DaemonDirectory {
        Objects.requireNonNull(data, "data");
        Objects.requireNonNull(runtime, "runtime");
        if (!data.isAbsolute() || !runtime.isAbsolute()) {
            throw new IllegalArgumentException("absolute paths wanted: " + data + ", " + runtime);
        }
        // containerd opens a second socket beside the first, under the longer name.
        var longest = runtime.resolve("containerd.sock.ttrpc").toString();
        int length = longest.getBytes(StandardCharsets.UTF_8).length;
        if (length > LONGEST_SOCKET_PATH) {
            throw new IllegalArgumentException("the path of a socket has at most " + LONGEST_SOCKET_PATH + " bytes, "
                    + longest + " has " + length + ": choose a shorter directory");
        }
    }

    public Path socket() {
        return runtime.resolve("containerd.sock");
    }

    Path config() {
        return data.resolve("config.toml");
    }

    /** What containerd runs as runc. */
    Path runtimeWrapper() {
        return data.resolve("runc-with-environment");
    }

    /** Below it each container has a directory for its environment; to be made in memory before containerd is started. */
    public Path environments() {
        return memory().resolve("environments");
    }

    /** What must never lie on a disk. */
    public Path memory() {
        return runtime.resolve("material");
    }

    Path root() {
        return data.resolve("root");
    }

    Path state() {
        return runtime.resolve("state");
    }

    Path registries() {
        return data.resolve("certs.d");
    }

    Path networks() {
        return data.resolve("net.d");
    }

    Path addresses() {
        return data.resolve("ipam");
    }

    Path processRecord() {
        return data.resolve("containerd.pid");
    }

    Path log() {
        return data.resolve("containerd.log");
    }

    Path lock() {
        return data.resolve("agent.lock");
    }

    void create() {
        try {
            for (var directory : List.of(data, runtime, root(), state(), registries(), networks(), addresses())) {
                Files.createDirectories(directory);
            }
        } catch (IOException refused) {
            throw new DaemonException("could not make the directories of containerd below " + data, refused);
        }
    }
}
