package dev.banyan.agent.material;

import dev.banyan.agent.host.CommandLine;
import dev.banyan.agent.host.CommandRunner;
import dev.banyan.agent.host.HostException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A directory that lies in memory and that root alone may enter. */
public final class MemoryDirectory {
    /** Of the server's memory, at most; what is in use counts alone. */
    private static final String SIZE = "25%";

    private MemoryDirectory() {}

    /**
     * Makes it, or takes the one that an earlier agent of this boot has made. It is a mount of its own also where what is around it lies in
     * memory: programs of a project must be executable, which not every server allows there.
     *
     * @throws HostException when it cannot be made
     */
    public static Path at(Path directory, CommandRunner commands) throws InterruptedException {
        try {
            Files.createDirectories(directory);
            if (mounted(directory)) {
                return directory;
            }
        } catch (IOException failed) {
            throw new HostException("could not make " + directory, failed);
        }
        var mount = CommandLine.of(
                "mount",
                "-t",
                "tmpfs",
                "-o",
                "mode=0700,nosuid,nodev,size=" + SIZE,
                "banyan-material",
                directory.toString());
        var ignored = commands.run(mount).require();
        return directory;
    }

    /** A directory of this name within, which root alone may enter. */
    public static Path within(Path memory, String name) {
        var directory = memory.resolve(name);
        try {
            return Files.createDirectories(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        } catch (IOException failed) {
            throw new HostException("could not make " + directory, failed);
        }
    }

    private static boolean mounted(Path directory) throws IOException {
        var mounts = Files.readString(Path.of("/proc/self/mounts"));
        var entry =
                " " + directory.toRealPath().toString().replace("\\", "\\134").replace(" ", "\\040") + " tmpfs ";
        return mounts.lines().anyMatch(line -> line.contains(entry));
    }
}
