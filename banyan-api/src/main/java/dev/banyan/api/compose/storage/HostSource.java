package dev.banyan.api.compose.storage;

import dev.banyan.api.compose.schema.Spot;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** Tells what the source of a bind mount is that is not in the project: a path of the servers, or something that they do not have. */
final class HostSource {
    private static final String SOCKET = "docker.sock";
    private static final String VOLUME = "write a named volume";

    private HostSource() {}

    /** The absolute path on the servers; complains of any other source. */
    static Optional<String> read(String source, Spot at) {
        if (source.isEmpty()) {
            return Optional.empty(); // Complained of already.
        }
        if (source.matches("(?s)[A-Za-z]:[\\\\/].*|\\\\.*")) {
            return refused(at, "\"" + source + "\" is a path of Windows", "servers run Linux; write a named volume");
        }
        if (source.startsWith("~")) {
            return refused(at, "\"" + source + "\" is in a home directory that servers do not have", VOLUME);
        }
        try {
            var path = Path.of(source).normalize();
            return path.isAbsolute()
                    ? onServers(path, at)
                    : refused(
                            at,
                            "\"" + source + "\" lies outside of the project's directory",
                            "copy it into the project, or write a named volume");
        } catch (InvalidPathException malformed) {
            return refused(at, "\"" + source + "\" is no path", VOLUME);
        }
    }

    private static Optional<String> onServers(Path path, Spot at) {
        if (path.endsWith(SOCKET)) {
            return refused(
                    at,
                    "there is no Docker on the servers whose socket a container could have",
                    "ask the cluster instead: banyan-cli join --help, or a controller of your own (docs/kinds.md)");
        }
        return Optional.of(path.toString());
    }

    private static Optional<String> refused(Spot at, String message, String suggestion) {
        at.refuse(message, suggestion);
        return Optional.empty();
    }
}
