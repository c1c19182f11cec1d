package dev.banyan.agent.container.logs;

import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A line of a container's log: the one of that number, from 1, among the lines of its stream that have its time. With number 0 it is what
 * comes before all lines.
 */
public record LogPlace(Instant time, LogLine.Stream stream, int number) {
    /** Before the first line. */
    public static final LogPlace BEGINNING = new LogPlace(Instant.EPOCH, LogLine.Stream.STDOUT, 0);

    /** Passes over all lines up to this one, and lets through what comes after. */
    Passed passed() {
        return new Passed(this);
    }

    /** Says of each line, in their order, whether it comes after a place. Not thread-safe. */
    static final class Passed implements Predicate<LogLine> {
        private final LogPlace place;
        private int seen;
        private boolean over;

        private Passed(LogPlace place) {
            this.place = place;
            this.over = place.number() == 0;
        }

        @Override
        public boolean test(LogLine line) {
            if (over) {
                return true;
            }
            if (line.stream() == place.stream() && line.time().equals(place.time())) {
                over = ++seen == place.number();
            }
            return false;
        }

        /** Whether the place was met. */
        boolean over() {
            return over;
        }
    }

    /** Keeps the place of the newest of the lines that it is shown in their order. Not thread-safe. */
    static final class Trail {
        private final Map<LogLine.Stream, LogPlace> newest = new EnumMap<>(LogLine.Stream.class);
        private Optional<LogPlace> last = Optional.empty();

        void passed(LogLine line) {
            var before = newest.get(line.stream());
            int number = before != null && before.time().equals(line.time()) ? before.number() + 1 : 1;
            var place = new LogPlace(line.time(), line.stream(), number);
            newest.put(line.stream(), place);
            last = Optional.of(place);
        }

        void clear() {
            newest.clear();
            last = Optional.empty();
        }

        boolean empty() {
            return last.isEmpty();
        }

        /** {@link LogPlace#BEGINNING} when there was none. */
        LogPlace last() {
            return last.orElse(BEGINNING);
        }
    }
}
