package dev.banyan.runtime.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;

/**
 * A queue of distinct keys with due times and lanes. See the package for what it promises.
 *
 * <p><b>Expected flow.</b> {@code take}, work, then optionally one of {@code addAfter}, {@code retry} or {@code add} for the same key, then
 * {@code done}. {@code forget} after a success ends the key's streak of failures.
 *
 * <p>Not thread-safe: the loop that drives it owns it. {@code now} is always monotonic nanoseconds and does not go back.
 *
 * @param <K> an immutable key with equality
 */
public final class WorkQueue<K> {
    /** A ready key moves up one lane after this long, so the lowest lane waits at most twice as long before it is served first come. */
    public static final Duration AGEING_STEP = Duration.ofSeconds(5);

    private static final long AGEING_NANOS = AGEING_STEP.toNanos();

    private final Backoff backoff;
    private final Map<K, Entry<K>> entries = new HashMap<>();
    private final TreeSet<Entry<K>> waiting = new TreeSet<>(WorkQueue::earlier);
    private final EnumMap<Lane, LinkedHashSet<Entry<K>>> ready = new EnumMap<>(Lane.class);
    private long sequence;
    private int running;

    /** A queue whose failing keys wait by {@code backoff}. */
    public WorkQueue(Backoff backoff) {
        this.backoff = backoff;
        for (var lane : Lane.values()) {
            ready.put(lane, new LinkedHashSet<>());
        }
    }

    /** Makes the key due now; a running one becomes due when it is done. */
    public void add(K key, Lane lane, long now) {
        schedule(entry(key), lane, now, now);
    }

    /** Makes the key due after {@code delay}, unless it is due earlier already. */
    public void addAfter(K key, Duration delay, long now) {
        schedule(entry(key), Lane.RETRY, now + Math.max(0, delay.toNanos()), now);
    }

    /** Counts a failure and makes the key due after the backoff of its streak. */
    public void retry(K key, long now) {
        var entry = entry(key);
        entry.failures++;
        schedule(entry, Lane.RETRY, now + backoff.after(entry.failures).toNanos(), now);
    }

    /** The most urgent due key, now running until {@link #done}; empty when none is due. */
    public Optional<K> take(long now) {
        promoteDue(now);
        age(now);
        for (var lane : ready.values()) {
            if (!lane.isEmpty()) {
                var entry = lane.removeFirst();
                entry.state = State.RUNNING;
                entry.since = now;
                running++;
                return Optional.of(entry.key);
            }
        }
        return Optional.empty();
    }

    /**
     * The key no longer runs; it becomes due as asked for meanwhile.
     *
     * @throws IllegalStateException when the key is not running
     */
    public void done(K key, long now) {
        var entry = entries.get(key);
        if (entry == null || entry.state != State.RUNNING) {
            throw new IllegalStateException(key + " is not running");
        }
        running--;
        entry.state = State.IDLE;
        if (entry.again) {
            entry.again = false;
            schedule(entry, entry.lane, entry.due, now);
        } else if (entry.failures == 0) {
            entries.remove(key);
        }
    }

    /** Ends the key's streak of failures. It does not take the key out of the queue. */
    public void forget(K key) {
        var entry = entries.get(key);
        if (entry != null) {
            entry.failures = 0;
            if (entry.state == State.IDLE) {
                entries.remove(key);
            }
        }
    }

    /** When a waiting key becomes due; empty when none waits. Ready keys are due already and do not count. */
    public OptionalLong nextDueNanos() {
        return waiting.isEmpty() ? OptionalLong.empty() : OptionalLong.of(waiting.first().due);
    }

    /** Failures in a row of this key; 0 after a success. */
    public int failures(K key) {
        var entry = entries.get(key);
        return entry == null ? 0 : entry.failures;
    }

    /** What the queue knows of a key; an unknown key is idle. */
    public Description describe(K key) {
        var entry = entries.get(key);
        if (entry == null) {
            return new Description(State.IDLE, Lane.FRESH, 0, 0, false);
        }
        return new Description(entry.state, entry.lane, entry.since, entry.failures, entry.again);
    }

    /** How many keys are ready or waiting; running ones do not count. */
    public int depth() {
        return waiting.size()
                + ready.values().stream().mapToInt(LinkedHashSet::size).sum();
    }

    /** How many keys are running. */
    public int running() {
        return running;
    }

    private LinkedHashSet<Entry<K>> lane(Lane lane) {
        return Objects.requireNonNull(ready.get(lane));
    }

    private Entry<K> entry(K key) {
        return entries.computeIfAbsent(key, k -> new Entry<>(k, sequence++));
    }

    private void schedule(Entry<K> entry, Lane lane, long due, long now) {
        switch (entry.state) {
            case IDLE -> {
                entry.lane = lane;
                place(entry, due, now);
            }
            case WAITING -> reschedule(entry, lane, due, now);
            case READY -> raise(entry, lane, due, now);
            case RUNNING -> {
                entry.lane = entry.again ? entry.lane.orHigher(lane) : lane;
                entry.due = entry.again && entry.due - due < 0 ? entry.due : due;
                entry.again = true;
            }
        }
    }

    private void reschedule(Entry<K> entry, Lane lane, long due, long now) {
        if (due - entry.due < 0) {
            waiting.remove(entry);
            entry.lane = lane;
            place(entry, due, now);
        }
    }

    private void raise(Entry<K> entry, Lane lane, long due, long now) {
        if (due - now <= 0 && lane.compareTo(entry.lane) < 0) {
            lane(entry.lane).remove(entry);
            entry.lane = lane;
            enqueue(entry, now);
        }
    }

    private void place(Entry<K> entry, long due, long now) {
        if (due - now <= 0) {
            enqueue(entry, now);
        } else {
            entry.state = State.WAITING;
            entry.due = due;
            entry.since = now;
            waiting.add(entry);
        }
    }

    private void enqueue(Entry<K> entry, long now) {
        entry.state = State.READY;
        entry.since = now;
        lane(entry.lane).add(entry);
    }

    private void promoteDue(long now) {
        while (!waiting.isEmpty() && waiting.first().due - now <= 0) {
            enqueue(waiting.removeFirst(), now);
        }
    }

    /** Retries before resyncs, so that no key moves up two lanes in one call. */
    private void age(long now) {
        for (var lane : List.of(Lane.RETRY, Lane.RESYNC)) {
            var higher = Lane.values()[lane.ordinal() - 1];
            for (var entry : new ArrayList<>(aged(lane(lane), now))) {
                lane(lane).remove(entry);
                entry.lane = higher;
                enqueue(entry, now);
            }
        }
    }

    /** A lane is in order of arrival, so the aged ones are its beginning. */
    private static <K> List<Entry<K>> aged(LinkedHashSet<Entry<K>> lane, long now) {
        return lane.stream()
                .takeWhile(entry -> now - entry.since >= AGEING_NANOS)
                .toList();
    }

    private static <K> int earlier(Entry<K> left, Entry<K> right) {
        long difference = left.due - right.due;
        return difference != 0 ? Long.signum(difference) : Long.compare(left.order, right.order);
    }

    /** Where a key is. */
    public enum State {
        /** Not asked for. */
        IDLE,
        /** Due later. */
        WAITING,
        /** Due. */
        READY,
        /** Taken and not done. */
        RUNNING
    }

    /**
     * Why a key is where it is.
     *
     * @param lane its lane, or for a running key the lane it will be due in
     * @param sinceNanos when it came into this state or lane
     * @param failures failures in a row
     * @param again whether a running key will be due again when done
     */
    public record Description(State state, Lane lane, long sinceNanos, int failures, boolean again) {}

    /** One object per key for as long as anything is known of it. Its equality is its identity. */
    private static final class Entry<K> {
        private final K key;
        private final long order;
        private State state = State.IDLE;
        private Lane lane = Lane.FRESH;
        private long due;
        private long since;
        private int failures;
        private boolean again;

        Entry(K key, long order) {
            this.key = key;
            this.order = order;
        }
    }
}
