package dev.banyan.agent.container.logs;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * When a log file is moved aside, and to where. Pure.
 *
 * @param maxBytes size at which the current file is moved
 * @param files kept of one container, the current one included; from 2
 */
public record LogRotation(long maxBytes, int files) {
    /** Three files of 10 MB: a hundred containers fill 3 GB at most. */
    public static final LogRotation DEFAULT = new LogRotation(10_000_000, 3);

    public LogRotation {
        if (maxBytes < 1 || files < 2) {
            throw new IllegalArgumentException("at least 1 byte and 2 files wanted: " + maxBytes + ", " + files);
        }
    }

    /** What to move, in this order, each replacing what is there; nothing while the file is small. Sources may be missing. */
    public List<Move> plan(Path log, long sizeBytes) {
        var moves = new ArrayList<Move>();
        if (sizeBytes >= maxBytes) {
            for (int age = files - 1; age > 0; age--) {
                moves.add(new Move(aged(log, age - 1), aged(log, age)));
            }
        }
        return List.copyOf(moves);
    }

    /** The files that may exist, oldest first. */
    public List<Path> chain(Path log) {
        var chain = new ArrayList<Path>();
        for (int age = files - 1; age >= 0; age--) {
            chain.add(aged(log, age));
        }
        return List.copyOf(chain);
    }

    private static Path aged(Path log, int age) {
        return age == 0 ? log : log.resolveSibling(log.getFileName() + "." + age);
    }

    /** One file gets the name of another. */
    public record Move(Path from, Path to) {}
}
