package dev.banyan.api.compose.project;

import dev.banyan.api.compose.dotenv.DotEnv;
import dev.banyan.api.source.YamlReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Reads the files of a project. Paths are absolute. Whoever has texts alone, as in tests, implements {@link #read}; then there are no
 * directories and no links.
 */
@FunctionalInterface
public interface ProjectFiles {
    /** Characters after which a file may be cut: whoever gets more than its maximum refuses it. */
    int TEXT_MAX = Math.max(YamlReader.TEXT_MAX, DotEnv.TEXT_MAX) + 1;

    /** Permission bits of a file that nobody has told. */
    int MODE_UNTOLD = 0644;

    /** What is under a path. */
    sealed interface Found {
        /** A regular file; {@code mode} is its permission bits. */
        record File(int mode) implements Found {}

        /** A directory; {@code mode} is its permission bits. */
        record Directory(int mode) implements Found {}

        /** A symbolic link; {@code target} as it was written. */
        record Link(String target) implements Found {}

        /** Nothing, nothing that can be read, or something that has no content, such as a socket; {@code words} ends a sentence. */
        record Nothing(String words) implements Found {}
    }

    /** The text under an absolute path, cut after {@link #TEXT_MAX}; empty when there is no such file or it is unreadable. */
    Optional<String> read(Path path);

    /** The bytes under a path, cut after {@code limit}; empty when there is no such file or it is unreadable. */
    default Optional<byte[]> bytes(Path path, int limit) {
        return read(path)
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .map(bytes -> bytes.length > limit ? Arrays.copyOf(bytes, limit) : bytes);
    }

    /** What is under a path itself: a link is not followed. */
    default Found look(Path path) {
        return read(path).isPresent() ? new Found.File(MODE_UNTOLD) : new Found.Nothing("is not there");
    }

    /** The path with all links in it followed; the same path when that cannot be told. */
    default Path real(Path path) {
        return path;
    }

    /** The names in a directory in their order, cut after {@code limit}; empty when it cannot be read. */
    default Optional<List<String>> names(Path directory, int limit) {
        return Optional.empty();
    }
}
