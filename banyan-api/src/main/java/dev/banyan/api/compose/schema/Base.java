package dev.banyan.api.compose.schema;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Whereto the paths of a file are relative.
 *
 * @param directory absolute, of what is relative in the file
 * @param project absolute, to which it is made relative
 * @param home absolute, for {@code ~}; empty when the caller has none
 */
public record Base(Path directory, Path project, Optional<String> home) {
    /** The path as seen from the project's directory; absolute ones stay. Empty when the text is no path. */
    public Optional<String> rebase(String path) {
        boolean absolute = expanded(path).startsWith("/");
        return resolve(path).map(found -> absolute ? found.toString() : seen(found));
    }

    /** The absolute path; empty when the text is no path. */
    public Optional<Path> resolve(String path) {
        try {
            return path.isEmpty()
                    ? Optional.empty()
                    : Optional.of(directory.resolve(expanded(path)).normalize());
        } catch (InvalidPathException malformed) {
            return Optional.empty();
        }
    }

    private String expanded(String path) {
        boolean atHome = path.equals("~") || path.startsWith("~/");
        return atHome && home.isPresent() ? home.get() + path.substring(1) : path;
    }

    private String seen(Path path) {
        var relative = project.relativize(path).toString();
        return relative.isEmpty() ? "." : relative;
    }
}
