package dev.banyan.cli.command;

import dev.banyan.api.compose.project.ProjectFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Optional;

/** The files of this machine. */
final class DiskFiles implements ProjectFiles {
    /** Bytes of a character at most. */
    private static final int CHARACTER_BYTES = 4;

    /** A text cut there is too large for whoever gets it. */
    @Override
    public Optional<String> read(Path file) {
        return bytes(file, CHARACTER_BYTES * TEXT_MAX).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    }

    @Override
    public Optional<byte[]> bytes(Path file, int limit) {
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            return Optional.empty();
        }
        try (var input = Files.newInputStream(file)) {
            return Optional.of(input.readNBytes(limit));
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    @Override
    public Found look(Path path) {
        try {
            if (Files.isSymbolicLink(path)) {
                return new Found.Link(Files.readSymbolicLink(path).toString());
            }
            if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                return new Found.Directory(mode(path));
            }
            if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                return new Found.File(mode(path));
            }
            return new Found.Nothing(
                    Files.exists(path, LinkOption.NOFOLLOW_LINKS)
                            ? "is neither a file nor a directory"
                            : "is not there");
        } catch (IOException unreadable) {
            return new Found.Nothing("cannot be read");
        }
    }

    @Override
    public Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException absent) {
            return path;
        }
    }

    @Override
    public Optional<List<String>> names(Path directory, int limit) {
        try (var found = Files.list(directory)) {
            return Optional.of(found.map(path -> path.getFileName().toString())
                    .limit(limit)
                    .sorted()
                    .toList());
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    private static int mode(Path path) throws IOException {
        var permissions = Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS);
        int mode = 0;
        for (var permission : PosixFilePermission.values()) {
            // Owner, group, others: each read, write, execute.
            mode = mode << 1 | (permissions.contains(permission) ? 1 : 0);
        }
        return mode;
    }
}
