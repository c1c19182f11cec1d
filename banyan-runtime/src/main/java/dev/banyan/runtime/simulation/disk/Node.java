package dev.banyan.runtime.simulation.disk;

import dev.banyan.runtime.env.RandomSource;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayDeque;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** A file or a directory: as everybody sees it, and as a loss of power would leave it. */
final class Node {
    /** Unforced changes of one file; a kernel writes back by itself after a while, oldest first. */
    private static final int UNFORCED_MAX = 10_000;

    final long number;
    final boolean directory;
    final String born; // the path it was made with
    final NavigableMap<String, Node> entries = new TreeMap<>();
    final NavigableMap<String, Node> forcedEntries = new TreeMap<>();
    final Content content = new Content();
    Set<PosixFilePermission> rights;
    FileTime modified;
    boolean linked;

    private final Content forced = new Content();
    private final ArrayDeque<Change> unforced = new ArrayDeque<>();

    Node(long number, boolean directory, String born, Set<PosixFilePermission> rights, FileTime modified) {
        this.number = number;
        this.directory = directory;
        this.born = born;
        this.rights = rights;
        this.modified = modified;
    }

    /** Its length; a directory's does not count. */
    long size() {
        return content.size();
    }

    void change(Change change) {
        change.apply(content);
        unforced.add(change);
        if (unforced.size() > UNFORCED_MAX) {
            unforced.remove().apply(forced);
        }
    }

    /** All that was done is on the disk. */
    void force() {
        unforced.forEach(change -> change.apply(forced));
        unforced.clear();
    }

    /** The kernel could not write, said so once, and takes its pages for written. */
    void forceFailed() {
        unforced.clear();
    }

    boolean hasUnforced() {
        return !unforced.isEmpty();
    }

    /** Becomes what is on the disk after a loss of power; {@code lost} draws what of the unforced changes is. */
    void losePower(Optional<RandomSource> lost) {
        lost.ifPresentOrElse(this::loseSome, this::force);
        content.become(forced);
        entries.clear();
        entries.putAll(forcedEntries);
    }

    private void loseSome(RandomSource drawn) {
        int kept = unforced.isEmpty() ? 0 : drawn.nextInt(unforced.size());
        for (int i = 0; i < kept; i++) {
            unforced.remove().apply(forced);
        }
        if (!unforced.isEmpty()) {
            unforced.remove().tear(forced, drawn);
        }
        unforced.clear();
    }
}
