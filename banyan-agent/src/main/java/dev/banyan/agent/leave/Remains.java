package dev.banyan.agent.leave;

import dev.banyan.agent.host.CommandLine;
import dev.banyan.agent.host.CommandRunner;
import dev.banyan.agent.host.HostException;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Directories of this agent alone, with all that is mounted in them. Symbolic links are deleted, never followed. */
public final class Remains {
    private static final Path MOUNTS = Path.of("/proc/self/mountinfo");
    private static final int MOUNT_POINT = 4;

    private final CommandRunner commands;

    public Remains(CommandRunner commands) {
        this.commands = commands;
    }

    /**
     * Unmounts what is mounted at and below {@code directory}, and deletes it; nothing happens when it is gone.
     *
     * @throws HostException when something stays mounted, or cannot be deleted; calling again does what is left
     */
    public void remove(Path directory) throws InterruptedException {
        unmount(directory);
        try {
            Files.walkFileTree(directory, new Deleting());
        } catch (NoSuchFileException gone) {
            // Then there is nothing to do.
        } catch (IOException failed) {
            throw new HostException("could not delete " + directory + ": " + failed.getMessage(), failed);
        }
    }

    /** What lies in {@code directory} goes, and it stays. */
    public void clear(Path directory) throws InterruptedException {
        for (var entry : entries(directory)) {
            remove(entry);
        }
    }

    /** Deletes {@code directory} unless something is in it. */
    public void removeIfEmpty(Path directory) {
        try {
            Files.deleteIfExists(directory);
        } catch (DirectoryNotEmptyException kept) {
            // Somebody else has something there.
        } catch (IOException failed) {
            throw new HostException("could not delete " + directory + ": " + failed.getMessage(), failed);
        }
    }

    /** Removes the control groups at and below {@code group}, which have no processes any more. */
    public void removeGroups(Path group) {
        if (!Files.isDirectory(group)) {
            return;
        }
        // Files of a control group are not there to be deleted: a directory without directories is empty.
        try (var all = Files.walk(group)) {
            all.filter(Files::isDirectory).sorted(Comparator.reverseOrder()).forEach(this::removeGroup);
        } catch (IOException failed) {
            throw new HostException("could not look at " + group + ": " + failed.getMessage(), failed);
        }
    }

    private void removeGroup(Path group) {
        try {
            Files.deleteIfExists(group);
        } catch (IOException busy) {
            throw new HostException("could not remove the control group " + group + ": " + busy.getMessage(), busy);
        }
    }

    private static List<Path> entries(Path directory) {
        try (Stream<Path> all = Files.list(directory)) {
            return all.toList();
        } catch (NoSuchFileException gone) {
            return List.of();
        } catch (IOException failed) {
            throw new HostException("could not read " + directory + ": " + failed.getMessage(), failed);
        }
    }

    private void unmount(Path directory) throws InterruptedException {
        for (var mount : below(directory, mounts())) {
            // Lazily: what still runs in a namespace of its own must not keep the others from going.
            commands.run(CommandLine.of("umount", "--lazy", mount)).require();
        }
        var left = below(directory, mounts());
        if (!left.isEmpty()) {
            throw new HostException("still mounted: " + String.join(", ", left));
        }
    }

    private static String mounts() {
        try {
            return Files.readString(MOUNTS);
        } catch (IOException failed) {
            throw new HostException("could not read " + MOUNTS, failed);
        }
    }

    /** Mount points at and below {@code directory}, the last one mounted first. Pure. */
    static List<String> below(Path directory, String mountinfo) {
        var points = new ArrayList<String>();
        for (var line : mountinfo.lines().toList()) {
            var point = unescaped(line.split(" ")[MOUNT_POINT]);
            if (Path.of(point).startsWith(directory)) {
                points.addFirst(point);
            }
        }
        return points;
    }

    /** The kernel writes blanks and backslashes as numbers of three octal digits. */
    private static String unescaped(String text) {
        return text.replace("\\040", " ")
                .replace("\\011", "\t")
                .replace("\\012", "\n")
                .replace("\\134", "\\");
    }

    private static final class Deleting extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, @org.jspecify.annotations.Nullable IOException failed)
                throws IOException {
            if (failed != null) {
                throw failed;
            }
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
        }
    }
}
