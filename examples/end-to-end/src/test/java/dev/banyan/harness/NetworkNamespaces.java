package dev.banyan.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Which process is in which network namespace, from /proc. */
final class NetworkNamespaces {
    private NetworkNamespaces() {}

    static List<ProcessHandle> processes(String namespace) {
        var wanted = inode(Path.of("/run/netns", namespace))
                .orElseThrow(() -> new AssertionError("there is no namespace " + namespace));
        return ProcessHandle.allProcesses()
                .filter(process -> inode(proc(process, "ns/net")).equals(Optional.of(wanted)))
                .toList();
    }

    /** The kernel's name of the program, empty for a process that is gone. */
    static String program(ProcessHandle process) {
        try {
            return Files.readString(proc(process, "comm")).strip();
        } catch (IOException gone) {
            return "";
        }
    }

    private static Path proc(ProcessHandle process, String file) {
        return Path.of("/proc", Long.toString(process.pid()), file);
    }

    private static Optional<Object> inode(Path path) {
        try {
            return Optional.of(Files.getAttribute(path, "unix:ino"));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }
}
