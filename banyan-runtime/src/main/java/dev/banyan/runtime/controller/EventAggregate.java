package dev.banyan.runtime.controller;

import dev.banyan.runtime.controller.RecordedEvent.Severity;
import dev.banyan.runtime.resource.ObjectKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Counts equal events into series and decides when each is told. Stepped and not thread-safe; {@code now} is monotonic nanoseconds, the wall
 * clock is only passed on.
 */
final class EventAggregate {
    /** Series kept at a time, mostly some 500 bytes each. Beyond it the one that was quiet longest is forgotten; its next event starts a new series. */
    static final int SERIES_MAX = 4_096;

    private record Series(ObjectKey about, Severity severity, String reason, String message) {
        static Series of(RecordedEvent event) {
            return new Series(event.about(), event.severity(), event.reason(), event.message());
        }
    }

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
    private final Map<Series, Tally> tallies = new LinkedHashMap<>(16, 0.75f, true); // in order of use
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
        var series = Series.of(event);
        var tally = tallies.get(series);
        if (tally == null || now - tally.startedNanos >= windowNanos) {
            tallies.put(series, new Tally(event, now));
            trim();
            return true;
        }
        boolean waiting = tally.grown();
        tally.sum = tally.sum.again(event.last());
        return !waiting;
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

    private void trim() {
        if (tallies.size() > SERIES_MAX) {
            var oldest = tallies.entrySet().iterator().next();
            tallies.remove(oldest.getKey());
            forgotten += oldest.getValue().grown() ? 1 : 0;
        }
    }
}
