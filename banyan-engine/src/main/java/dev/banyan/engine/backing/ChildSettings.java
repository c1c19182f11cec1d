package dev.banyan.engine.backing;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What a child process is.
 *
 * @param name for logs and files, such as {@code etcd}
 * @param packageName Debian package that has the program
 * @param command program (absolute path) and arguments; no secrets, since every user of the host can read them
 * @param mark one of the arguments that no other process on the host has, by which a running child is recognised
 * @param directory private to this child; holds its lock, its process record and its log
 * @param address where it accepts connections once it is ready
 */
record ChildSettings(
        String name,
        String packageName,
        List<String> command,
        String mark,
        Path directory,
        InetSocketAddress address,
        Map<String, String> environment) {
    ChildSettings {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
        if (!command.contains(mark)) {
            throw new IllegalArgumentException("the mark of " + name + " is none of its arguments: " + mark);
        }
    }

    Path program() {
        return Path.of(command.getFirst());
    }

    Path record() {
        return directory.resolve(name + ".pid");
    }

    Path lock() {
        return directory.resolve(name + ".lock");
    }

    Path log() {
        return directory.resolve(name + ".log");
    }
}
