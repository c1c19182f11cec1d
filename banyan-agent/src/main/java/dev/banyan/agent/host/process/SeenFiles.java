package dev.banyan.agent.host.process;

import dev.banyan.agent.host.HostException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The files that a process sees, from its root on. Thread-safe until closed. */
public final class SeenFiles implements AutoCloseable {
    /** The kernel asks to try again when something on the way was renamed meanwhile; a container that renames on and on is refused. */
    private static final int ATTEMPTS_MAX = 16;

    private final Spot root;

    private SeenFiles(Spot root) {
        this.root = root;
    }

    /** Something that was opened: {@link #path()} names it, and nothing else, until it is closed. */
    public static final class Spot implements AutoCloseable {
        private final int descriptor;

        private Spot(int descriptor) {
            this.descriptor = descriptor;
        }

        /** A path of this process by which it is reached, whatever becomes of its names. */
        public Path path() {
            return Path.of("/proc/self/fd/" + descriptor);
        }

        /** The path of one entry of this directory. Whoever uses it must not follow links. */
        public Path entry(String name) {
            return path().resolve(checked(name));
        }

        /**
         * An entry of this directory that is no link.
         *
         * @return empty when there is none, or it is a link
         */
        public Optional<Spot> child(String name) {
            return opened(Calls.open(descriptor, checked(name), Calls.RESOLVE_NO_SYMLINKS), name);
        }

        @Override
        public void close() {
            Calls.close(descriptor);
        }
    }

    /**
     * The files that a process sees.
     *
     * @throws HostException when it is gone
     */
    public static SeenFiles of(long pid) {
        return below(Path.of("/proc", Long.toString(pid), "root"));
    }

    /** The files below a directory, as one whose root that is would see them. */
    public static SeenFiles below(Path directory) {
        int descriptor = Calls.open(Calls.AT_FDCWD, directory.toString(), 0);
        if (descriptor < 0) {
            throw new HostException("could not open " + directory + ": errno " + -descriptor);
        }
        return new SeenFiles(new Spot(descriptor));
    }

    /**
     * What a path leads to from the root, links followed as the process would.
     *
     * @return empty when there is nothing
     */
    public Optional<Spot> open(String path) {
        long resolve = Calls.RESOLVE_IN_ROOT | Calls.RESOLVE_NO_MAGICLINKS;
        int result = Calls.open(root.descriptor, given(path), resolve);
        for (int attempt = 1; result == -Calls.EAGAIN && attempt < ATTEMPTS_MAX; attempt++) {
            result = Calls.open(root.descriptor, given(path), resolve);
        }
        if (result == -Calls.ELOOP) {
            throw new HostException(path + " leads in a circle of links, or through one of /proc");
        }
        return opened(result, path);
    }

    /** The whole of a small file; empty when there is none, or it is larger or no file. */
    public Optional<String> text(String path, int bytesMax) throws IOException {
        try (var spot = open(path).orElse(null)) {
            if (spot == null || !Files.isRegularFile(spot.path()) || Files.size(spot.path()) > bytesMax) {
                return Optional.empty();
            }
            try (var in = Files.newInputStream(spot.path())) {
                return Optional.of(new String(in.readNBytes(bytesMax), java.nio.charset.StandardCharsets.UTF_8));
            }
        }
    }

    @Override
    public void close() {
        root.close();
    }

    private static Optional<Spot> opened(int result, String path) {
        if (result >= 0) {
            return Optional.of(new Spot(result));
        }
        return switch (-result) {
            case Calls.ENOENT, Calls.ENOTDIR, Calls.ELOOP -> Optional.empty();
            default -> throw new HostException("could not open " + path + ": errno " + -result);
        };
    }

    private static String given(String path) {
        if (path.indexOf('\0') >= 0) {
            throw new HostException("a path has no zero in it");
        }
        return path.isEmpty() ? "." : path;
    }

    private static String checked(String name) {
        if (name.isEmpty()
                || name.equals(".")
                || name.equals("..")
                || name.indexOf('/') >= 0
                || name.indexOf('\0') >= 0) {
            throw new HostException("'" + name + "' is no name of a file");
        }
        return name;
    }
}
