package dev.banyan.agent.upkeep;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes output that nobody reads any more, below a directory with {@code <deployment>/<task>/<attempt>.log} in it. When a task's end was
 * never told, because it was deleted first, it counts from when that was noticed: a file says so.
 */
final class LogSweep {
    /** Whoever is told of an end the next morning still finds its output. */
    static final Duration KEEP = Duration.ofHours(24);

    /** Of a task that goes on: one that fails every minute would have 1,440 a day. */
    static final int ATTEMPTS_KEPT = 10;

    /** Removed at a time; the rest follows in a minute. */
    private static final int TASKS_AT_A_TIME = 1_000;

    private static final String GONE_MARK = ".gone";
    private static final Pattern OUTPUT = Pattern.compile("(\\d{1,9})\\.log(\\.\\d{1,2})?");
    private static final Logger LOG = LoggerFactory.getLogger(LogSweep.class);

    private final Path top;

    LogSweep(Path top) {
        this.top = top;
    }

    /** {@code now} is the wall clock, which the times of files are told by. */
    void sweep(Needs.Needed needed, Instant now) {
        try {
            int removed = 0;
            for (var deployment : directories(top)) {
                for (var task : directories(deployment)) {
                    if (removed < TASKS_AT_A_TIME && sweep(task, needed, now)) {
                        removed++;
                        deleteIfEmpty(deployment);
                    }
                }
            }
        } catch (IOException failed) {
            LOG.atWarn().addKeyValue("directory", top).setCause(failed).log("cannot look for old output");
        }
    }

    /** True when the directory went. */
    private static boolean sweep(Path task, Needs.Needed needed, Instant now) throws IOException {
        var known = needed.logs().get(task);
        if (known != null) {
            Files.deleteIfExists(task.resolve(GONE_MARK));
        }
        var ended = known != null ? known : noticed(task, now);
        if (ended.equals(Instant.MAX)) {
            removeOldAttempts(task);
            return false;
        }
        if (Duration.between(ended, now).compareTo(KEEP) < 0) {
            return false;
        }
        for (var file : output(task)) {
            Files.deleteIfExists(file);
        }
        Files.deleteIfExists(task.resolve(GONE_MARK));
        LOG.atDebug().addKeyValue("directory", task).log("old output removed");
        return deleteIfEmpty(task);
    }

    private static Instant noticed(Path task, Instant now) throws IOException {
        var mark = task.resolve(GONE_MARK);
        try {
            return Files.getLastModifiedTime(mark).toInstant();
        } catch (NoSuchFileException first) {
            if (output(task).isEmpty()) {
                // Nothing here is this agent's but the directory itself, if it is empty.
                return Files.getLastModifiedTime(task).toInstant();
            }
            Files.createFile(mark);
            Files.setLastModifiedTime(mark, FileTime.from(now));
            return now;
        }
    }

    private static void removeOldAttempts(Path task) throws IOException {
        var files = output(task);
        var attempts = new TreeSet<Integer>(Comparator.reverseOrder());
        files.forEach(file -> attempts.add(attempt(file)));
        var kept = attempts.stream().limit(ATTEMPTS_KEPT).toList();
        for (var file : files) {
            if (!kept.contains(attempt(file))) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static List<Path> output(Path task) throws IOException {
        try (var files = Files.list(task)) {
            return files.filter(file -> name(file).matches() && Files.isRegularFile(file))
                    .toList();
        }
    }

    private static int attempt(Path file) {
        var name = name(file);
        return name.matches() ? Integer.parseInt(name.group(1)) : 0;
    }

    private static Matcher name(Path file) {
        return OUTPUT.matcher(file.getFileName().toString());
    }

    private static List<Path> directories(Path parent) throws IOException {
        try (var children = Files.list(parent)) {
            return children.filter(child -> Files.isDirectory(child) && !Files.isSymbolicLink(child))
                    .sorted()
                    .toList();
        } catch (NoSuchFileException none) {
            return List.of();
        }
    }

    private static boolean deleteIfEmpty(Path directory) throws IOException {
        try {
            return Files.deleteIfExists(directory);
        } catch (DirectoryNotEmptyException holdsMore) {
            return false;
        }
    }
}
