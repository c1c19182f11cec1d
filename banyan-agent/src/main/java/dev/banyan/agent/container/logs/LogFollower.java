package dev.banyan.agent.container.logs;

import dev.banyan.runtime.env.Env;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads a container's log: its last lines, then what is appended, over rotations. The file may be missing at first. Not thread-safe; holds
 * one file open until closed.
 */
public final class LogFollower implements AutoCloseable {
    /** Growth is seen by size; there is no event for it that survives a rename. */
    private static final Duration POLL = Duration.ofMillis(100);

    /** Read at once, so that one large log cannot hold the memory of many. */
    private static final int CHUNK = 256 * 1024;

    private final Path log;
    private final LogRotation rotation;
    private final LogPlace.Trail trail = new LogPlace.Trail();
    private LogParser parser = new LogParser();
    private List<LogLine> first = List.of();
    private @Nullable FileChannel file;
    private @Nullable Object fileKey;
    private boolean rotationSeen;

    private LogFollower(Path log, LogRotation rotation) {
        this.log = log;
        this.rotation = rotation;
    }

    /** Begins with the last {@code lines} lines that are there now, rotated files included; 0 is none, MAX_VALUE all. */
    public static LogFollower fromTail(Path log, LogRotation rotation, int lines) {
        return fromTail(log, rotation, lines, any -> true);
    }

    /** As the other, of the lines that are wanted; what is appended comes whole. */
    public static LogFollower fromTail(Path log, LogRotation rotation, int lines, Predicate<LogLine> wanted) {
        var follower = new LogFollower(log, rotation);
        follower.first = follower.readTail(lines, wanted);
        return follower;
    }

    /** Begins with the wanted lines behind a place; empty when that is not in the log any more. */
    public static Optional<LogFollower> after(
            Path log, LogRotation rotation, LogPlace place, Predicate<LogLine> wanted) {
        var passed = place.passed();
        var follower = fromTail(log, rotation, Integer.MAX_VALUE, line -> passed.test(line) && wanted.test(line));
        if (passed.over()) {
            return Optional.of(follower);
        }
        follower.close();
        return Optional.empty();
    }

    /** The newest line that was there at the beginning, wanted or not. */
    public LogPlace beginning() {
        return trail.last();
    }

    /** The lines that were there at the beginning and that nobody took yet; what was appended since is not among them. */
    public List<LogLine> first() {
        var lines = first;
        first = List.of();
        return lines;
    }

    /** The next lines that are there, at most about 256 KiB of them; empty when there are none now. */
    public List<LogLine> poll() {
        if (!first.isEmpty()) {
            return first();
        }
        try {
            return readOn();
        } catch (IOException unreadable) {
            throw new UncheckedIOException("could not read " + log, unreadable);
        }
    }

    /** Delivers lines until the task is cancelled; it never returns. */
    public void deliver(Env env, Consumer<LogLine> listener) throws InterruptedException {
        var never = env.signal();
        while (true) {
            var lines = poll();
            lines.forEach(listener);
            if (lines.isEmpty()) {
                never.await(POLL);
            } else if (Thread.interrupted()) {
                throw new InterruptedException("cancelled: follow " + log);
            }
        }
    }

    @Override
    public void close() {
        try {
            if (file != null) {
                file.close();
            }
        } catch (IOException refused) {
            throw new UncheckedIOException("could not close " + log, refused);
        }
    }

    private List<LogLine> readOn() throws IOException {
        if (file == null && !openOldest()) {
            return List.of();
        }
        var chunk = ByteBuffer.allocate(CHUNK);
        while (true) {
            int length = current().read(chunk.clear());
            if (length > 0) {
                var lines = parser.feed(chunk.array(), length);
                if (!lines.isEmpty()) {
                    return lines;
                }
            } else if (!moveOn()) {
                return List.of();
            }
        }
    }

    /** Nothing was there at the beginning, so all that is there now is new, also what was rotated since. */
    private boolean openOldest() throws IOException {
        for (var path : rotation.chain(log)) {
            if (open(path)) {
                return true;
            }
        }
        return false;
    }

    /**
     * At the end of the open file: goes on to the next newer one, if there is one. The runtime may still write a last line to the old file
     * while it opens the new one, so the old one is read once more before it is left.
     */
    private boolean moveOn() throws IOException {
        var next = next();
        if (next.isEmpty()) {
            return false;
        }
        if (!rotationSeen) {
            rotationSeen = true;
            return false;
        }
        current().close();
        return open(next.get());
    }

    private Optional<Path> next() throws IOException {
        var newer = Optional.<Path>empty();
        for (var path : rotation.chain(log).reversed()) {
            var key = key(path);
            if (key.isPresent()) {
                if (key.get().equals(fileKey)) {
                    return newer;
                }
                newer = Optional.of(path);
            }
        }
        return newer;
    }

    /** Reads as few of the newest files as have enough lines; all of them once when all lines are wanted. */
    private List<LogLine> readTail(int most, Predicate<LogLine> wanted) {
        var chain = rotation.chain(log);
        int least = most == Integer.MAX_VALUE ? chain.size() : 1;
        var lines = new ArrayList<LogLine>();
        try {
            for (int files = least;
                    files <= chain.size() && (files == least || lines.size() < most || trail.empty());
                    files++) {
                parser = new LogParser();
                lines.clear();
                trail.clear();
                for (var path : chain.subList(chain.size() - files, chain.size())) {
                    close();
                    if (open(path)) {
                        readWhole(lines, most, wanted);
                    }
                }
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException("could not read " + log, unreadable);
        }
        return List.copyOf(lines);
    }

    /** Keeps only the last {@code most}; a file has at most the size at which it is rotated. */
    private void readWhole(ArrayList<LogLine> lines, int most, Predicate<LogLine> wanted) throws IOException {
        var chunk = ByteBuffer.allocate(CHUNK);
        int length = current().read(chunk.clear());
        while (length > 0) {
            for (var line : parser.feed(chunk.array(), length)) {
                trail.passed(line);
                if (wanted.test(line)) {
                    lines.add(line);
                }
            }
            int surplus = lines.size() - most;
            if (surplus > 0) {
                lines.subList(0, surplus).clear();
            }
            length = current().read(chunk.clear());
        }
    }

    /** False when there is no such file. A rotation may come between the look at the name and the opening: then once more. */
    private boolean open(Path path) throws IOException {
        while (true) {
            var key = key(path);
            if (key.isEmpty()) {
                return false;
            }
            var opened = FileChannel.open(path);
            if (key.equals(key(path))) {
                file = opened;
                fileKey = key.get();
                rotationSeen = false;
                return true;
            }
            opened.close();
        }
    }

    private FileChannel current() {
        if (file == null) {
            throw new IllegalStateException("a file is open here");
        }
        return file;
    }

    private static Optional<Object> key(Path path) throws IOException {
        return Files.exists(path)
                ? Optional.of(
                        Files.readAttributes(path, BasicFileAttributes.class).fileKey())
                : Optional.empty();
    }
}
