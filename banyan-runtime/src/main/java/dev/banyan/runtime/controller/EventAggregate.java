package dev.banyan.runtime.controller;

import dev.banyan.runtime.controller.RecordedEvent.Severity;
import dev.banyan.runtime.resource.ObjectKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/**
 * Counts equal events into series and decides when each is told. Stepped and not thread-safe; {@code now} is monotonic nanoseconds, the wall
 * clock is only passed on.
 */
final class EventAggregate {
    /** Series kept at a time, mostly some 500 bytes each. Beyond it the one that was quiet longest is forgotten; its next event starts a new series. */
    static final int SERIES_MAX = 4_096;

    /**
     * Messages of one object and reason that are told apart within a window. A message with a number or an address in it is another each
     * time; beyond these they count as one series, which shows the latest.
     */
    static final int MESSAGES_MAX = 10;

    /** How the message of a series of different messages begins. */
    static final String SIMILAR = "(and similar) ";

    private record Topic(ObjectKey about, Severity severity, String reason) {
        static Topic of(RecordedEvent event) {
            return new Topic(event.about(), event.severity(), event.reason());
        }
    }

    private record Series(Topic topic, String message) {
        static Series of(RecordedEvent event) {
            boolean many = event.message().startsWith(SIMILAR);
            return new Series(Topic.of(event), many ? SIMILAR : event.message());
        }
    }

    /** How many messages a topic has had since when. */
    private record Variety(long startedNanos, int messages) {}

    private static final class Tally {
        private final long startedNanos;
        private RecordedEvent sum;
        private int told;
        private long tellAt;

        Tally(RecordedEvent first, long startedNanos) {
            this.sum = first;
            this.startedNanos = startedNanos;
            this.tellAt = startedNanos;
        }

        boolean grown() {
            return sum.count() > told;
        }
    }

    private final long windowNanos;
    private final long repeatNanos;
    private final LinkedHashMap<Series, Tally> tallies = new LinkedHashMap<>(16, 0.75f, true); // in order of use
    private final LinkedHashMap<Topic, Variety> varieties = new LinkedHashMap<>(16, 0.75f, true); // in order of use
    private long forgotten;

    /**
     * An empty aggregate.
     *
     * @param window how long equal events belong to one series
     * @param repeat how long a grown count may wait to be told again
     */
    EventAggregate(Duration window, Duration repeat) {
        this.windowNanos = window.toNanos();
        this.repeatNanos = repeat.toNanos();
    }

    /** Counts a single event; its series name is used if it starts one. True when that leaves something to be told that was not before. */
    boolean add(RecordedEvent event, long now) {
        var tally = tallies.get(Series.of(event));
        if (tally != null && goesOn(tally, now)) {
            return count(tally, event);
        }
        if (!oneTooMany(Topic.of(event), now)) {
            return start(event, now);
        }
        var similar = event.saying(SIMILAR + event.message());
        var together = tallies.get(Series.of(similar));
        return together != null && goesOn(together, now) ? count(together, similar) : start(similar, now);
    }

    /** A series ends with its window, but not before its last count was told. */
    private boolean goesOn(Tally tally, long now) {
        return tally.grown() || now - tally.startedNanos < windowNanos;
    }

    private static boolean count(Tally tally, RecordedEvent event) {
        boolean waiting = tally.grown();
        tally.sum = tally.sum.again(event.last(), event.message());
        return !waiting;
    }

    private boolean start(RecordedEvent event, long now) {
        tallies.put(Series.of(event), new Tally(event, now));
        if (tallies.size() > SERIES_MAX) {
            var oldest = tallies.pollFirstEntry();
            forgotten += oldest.getValue().grown() ? 1 : 0;
        }
        return true;
    }

    /** Counts a message that is new to its topic. */
    private boolean oneTooMany(Topic topic, long now) {
        var known = varieties.get(topic);
        var variety = known == null || now - known.startedNanos() >= windowNanos
                ? new Variety(now, 1)
                : new Variety(known.startedNanos(), known.messages() + 1);
        varieties.put(topic, variety);
        if (varieties.size() > SERIES_MAX) {
            varieties.pollFirstEntry();
        }
        return variety.messages() > MESSAGES_MAX;
    }

    /** What is due to be told, the one that was quiet longest first; each grown count at most once in the repeat time. */
    List<RecordedEvent> due(long now) {
        var due = new ArrayList<RecordedEvent>();
        for (var tally : tallies.values()) {
            if (tally.grown() && tally.tellAt - now <= 0) {
                tally.told = tally.sum.count();
                tally.tellAt = now + repeatNanos;
                due.add(tally.sum);
            }
        }
        return due;
    }

    /** Those were not taken: each is due again after the repeat time, unless its series was forgotten. */
    void untold(List<RecordedEvent> events) {
        for (var event : events) {
            var tally = tallies.get(Series.of(event));
            if (tally != null && tally.sum.series().equals(event.series())) {
                tally.told = 0;
            }
        }
    }

    /** When something is next due; empty when everything was told. */
    Optional<Long> nextDueNanos() {
        return tallies.values().stream()
                .filter(Tally::grown)
                .map(tally -> tally.tellAt)
                .reduce((a, b) -> a - b <= 0 ? a : b);
    }

    /** Series that were forgotten before their last count was told. */
    long forgotten() {
        return forgotten;
    }
}
