package dev.banyan.api.archive;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Brings the entries of a tar stream to a place. For one task. */
public final class Unpacking {
    private static final int BUFFER = 64 * 1024;

    private final Place place;
    private final String top;
    private final String at;
    private final Consumer<String> left;
    private final List<Made> directories = new ArrayList<>();
    private long files;
    private long bytes;

    private record Made(String path, TarEntry entry) {}

    /**
     * Entries that begin with {@code top} come to be at {@code at}; with an empty top all come below it.
     *
     * @param left is told, in words, what is left out
     */
    public Unpacking(Place place, String top, String at, Consumer<String> left) {
        this.place = place;
        this.top = top;
        this.at = at;
        this.left = left;
    }

    /** How many files are there by now, with directories and links. */
    public long files() {
        return files;
    }

    /** How many bytes they have. */
    public long bytes() {
        return bytes;
    }

    /**
     * Reads the stream to its end.
     *
     * @throws IOException what went wrong with which entry; what was brought before stays
     */
    public void all(TarReader stream) throws IOException {
        var first = stream.next();
        if (first.isPresent()) {
            beginning(first.get(), stream);
        }
    }

    /** As {@link #all}, of a stream whose first entry was looked at to see where all of them go. */
    public void beginning(TarEntry first, TarReader stream) throws IOException {
        for (var entry = Optional.of(first); entry.isPresent(); entry = stream.next()) {
            try {
                one(entry.get(), stream);
            } catch (IOException failed) {
                throw new IOException(entry.get().name() + ": " + words(failed), failed);
            }
        }
        // What is in a directory changes its time, and may need its mode.
        for (var made : directories.reversed()) {
            place.finish(made.path(), made.entry());
        }
    }

    /** The file system's own words, without the path that it knows. */
    private static String words(IOException failed) {
        return failed instanceof java.nio.file.FileSystemException known && known.getReason() != null
                ? known.getReason()
                : failed instanceof java.nio.file.FileSystemException other
                        ? other.getClass().getSimpleName()
                        : String.valueOf(failed.getMessage());
    }

    private void one(TarEntry entry, TarReader stream) throws IOException {
        var path = path(entry.name());
        switch (entry.type()) {
            case DIRECTORY -> {
                place.directory(path);
                directories.add(new Made(path, entry));
            }
            case FILE -> {
                try (var file = place.file(path)) {
                    var buffer = new byte[BUFFER];
                    for (int read = stream.read(buffer); read >= 0; read = stream.read(buffer)) {
                        file.write(buffer, 0, read);
                        bytes += read;
                    }
                }
                place.finish(path, entry);
            }
            case SYMBOLIC_LINK -> place.link(path, entry.link());
            case HARD_LINK -> place.hardLink(path, path(entry.link()));
            case OTHER -> {
                left.accept(entry.name() + " is neither file, directory nor link, and was left out");
                return;
            }
        }
        files++;
    }

    /** Where an entry comes to be. */
    private String path(String name) throws IOException {
        var inside = new StringBuilder();
        var parts = name.split("/");
        boolean first = !top.isEmpty();
        for (var part : parts) {
            if (part.isEmpty() || part.equals(".")) {
                continue;
            }
            if (part.equals("..") || part.indexOf('\0') >= 0) {
                throw new IOException("the name leads out of the copy");
            }
            if (first) {
                if (!part.equals(top)) {
                    throw new IOException("the name does not begin with " + top);
                }
                first = false;
                continue;
            }
            inside.append('/').append(part);
        }
        return inside.isEmpty() ? at : (at.equals("/") ? "" : at) + inside;
    }
}
