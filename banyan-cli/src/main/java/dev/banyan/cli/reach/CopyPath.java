package dev.banyan.cli.reach;

import java.util.Optional;

/**
 * One end of a copy as a person wrote it.
 *
 * @param service whose container; empty for this computer
 * @param path in the container or of this computer; {@code -} of this computer is a tar stream
 */
record CopyPath(Optional<String> service, String path) {
    /** Where a path begins with a dot or a slash, or has no colon before the first slash after the app, it is of this computer. */
    static CopyPath parse(String text) {
        int colon = text.indexOf(':');
        if (colon <= 0 || text.startsWith("/") || text.startsWith(".")) {
            return new CopyPath(Optional.empty(), text);
        }
        var path = text.substring(colon + 1);
        return new CopyPath(Optional.of(text.substring(0, colon)), path.startsWith("/") ? path : "/" + path);
    }

    boolean stream() {
        return service.isEmpty() && path.equals("-");
    }

    /** Whether what is in a directory is meant, not the directory itself. */
    boolean contents() {
        return path.endsWith("/.") || path.equals(".");
    }
}
