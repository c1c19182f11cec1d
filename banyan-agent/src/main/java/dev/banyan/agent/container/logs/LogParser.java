package dev.banyan.agent.container.logs;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Bytes of a log file become lines: {@code <time> <stream> <tags> <text>}, where the tag P says that the text goes on in the stream's next
 * entry. Stepped; not thread-safe.
 */
final class LogParser {
    /** A line without end must not fill the memory: beyond this it comes in pieces. */
    static final int LONGEST_LINE = 256 * 1024;

    private static final String PARTIAL = "P";

    private final ByteArrayOutputStream unfinished = new ByteArrayOutputStream();
    private final Map<LogLine.Stream, StringBuilder> parts = new EnumMap<>(LogLine.Stream.class);
    private Instant lastTime = Instant.EPOCH;

    /** The lines that {@code bytes} complete. */
    List<LogLine> feed(byte[] bytes, int length) {
        var lines = new ArrayList<LogLine>();
        int start = 0;
        for (int i = 0; i < length; i++) {
            if (bytes[i] == '\n') {
                unfinished.write(bytes, start, i - start);
                entry(unfinished.toString(StandardCharsets.UTF_8)).ifPresent(lines::add);
                unfinished.reset();
                start = i + 1;
            }
        }
        unfinished.write(bytes, start, length - start);
        return lines;
    }

    private Optional<LogLine> entry(String entry) {
        var fields = entry.split(" ", 4);
        if (fields.length < 4) {
            return unreadable(entry);
        }
        try {
            lastTime = Instant.parse(fields[0]);
        } catch (DateTimeException notATime) {
            return unreadable(entry);
        }
        var stream = fields[1].equals("stderr") ? LogLine.Stream.STDERR : LogLine.Stream.STDOUT;
        return text(stream, fields[2].split(":", 2)[0].equals(PARTIAL), fields[3]);
    }

    private Optional<LogLine> text(LogLine.Stream stream, boolean partial, String text) {
        var line = parts.computeIfAbsent(stream, unused -> new StringBuilder()).append(text);
        if (partial && line.length() < LONGEST_LINE) {
            return Optional.empty();
        }
        var whole = line.toString();
        line.setLength(0);
        return Optional.of(new LogLine(lastTime, stream, whole));
    }

    /** A crash of the server can tear an entry; what is left of it is shown rather than hidden. */
    private Optional<LogLine> unreadable(String entry) {
        return entry.isBlank() ? Optional.empty() : Optional.of(new LogLine(lastTime, LogLine.Stream.STDOUT, entry));
    }
}
