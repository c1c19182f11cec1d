package dev.banyan.agent.host;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;

/** Files that readers see either as they were or as they shall be, readable by root alone. For one writer of each file. */
public final class WholeFile {
    private WholeFile() {}

    /** Content that is on disk already, and that no reader sees yet. */
    public static final class Draft {
        private final Path file;
        private final Path draft;
        private final boolean held;

        private Draft(Path file, boolean held) {
            this.file = file;
            // The name must not end like the file's: some readers take every file of a directory that ends in
            // ".conflist".
            this.draft = file.resolveSibling(file.getFileName() + ".new");
            this.held = held;
        }

        /**
         * Makes it what the file has; on return that is on disk. False, and nothing is done, when the file had it already.
         *
         * @throws HostException when that failed: the old contents are intact
         */
        public boolean put() {
            try {
                if (!held) {
                    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                    forceDirectory(directoryOf(file));
                }
                return !held;
            } catch (IOException failed) {
                throw unwritten(file, failed);
            }
        }
    }

    /**
     * Writes {@code content} beside {@code file}, for one {@link Draft#put}. A later draft of the same file takes the place of this one.
     *
     * @throws HostException when that failed
     */
    public static Draft draft(Path file, byte[] content) {
        try {
            var made = new Draft(file, holds(file, content));
            if (!made.held) {
                createDirectories(directoryOf(file));
                Files.deleteIfExists(made.draft);
                force(made.draft, content);
            }
            return made;
        } catch (IOException failed) {
            throw unwritten(file, failed);
        }
    }

    private static HostException unwritten(Path file, IOException failed) {
        return new HostException("could not write " + file, failed);
    }

    /**
     * Makes {@code content} what {@code file} has; on return it is on disk. False, and nothing is written, when it has that already.
     *
     * @throws HostException when that failed: the old contents are intact
     */
    public static boolean replace(Path file, byte[] content) {
        return draft(file, content).put();
    }

    /** As {@link #replace(Path, byte[])}, with the UTF-8 bytes of {@code text}. */
    public static boolean replace(Path file, String text) {
        return replace(file, text.getBytes(UTF_8));
    }

    private static boolean holds(Path file, byte[] content) throws IOException {
        try {
            return Files.size(file) == content.length && Arrays.equals(Files.readAllBytes(file), content);
        } catch (NoSuchFileException absent) {
            return false;
        }
    }

    private static void force(Path draft, byte[] content) throws IOException {
        var options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        var rights = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        try (var channel = FileChannel.open(draft, options, rights)) {
            var bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
    }

    private static Path directoryOf(Path file) {
        return Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file is in a directory");
    }

    /** Also of a directory that is made the name is on disk only when the one above was forced. */
    private static void createDirectories(Path directory) throws IOException {
        var above = directory.getParent();
        if (above != null && !Files.isDirectory(directory)) {
            createDirectories(above);
            Files.createDirectories(directory);
            forceDirectory(above);
        }
    }

    /** Without this the rename itself may be undone by a power cut. */
    private static void forceDirectory(Path directory) throws IOException {
        try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
