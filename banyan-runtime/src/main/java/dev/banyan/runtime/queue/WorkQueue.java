package dev.banyan.runtime.queue;

import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A queue of distinct keys with due times, lanes and owners. See the package for what it promises.
 *
 * <p><b>Expected flow.</b> {@code take}, work, then optionally one of {@code addAfter}, {@code retry} or {@code add} for the same key, then
 * {@code done}. {@code forget} after a success ends the key's streak of failures.
 *
 * <p><b>Longest wait.</b> While there are due keys, a lane of share s out of a total t gets at least s of t takes in a round. A key that has
 * been due for {@link QueueOptions#maxWait} is served by every second take, the oldest first: it is taken at the latest after
 * {@code maxWait} and twice as many takes as keys were due before it. An owner at its cap and a {@link Rate} hold keys back beyond that.
 *
 * <p>Not thread-safe: the loop that drives it owns it; {@link SharedWorkQueue} is the one for several threads. {@code now} is always
 * monotonic nanoseconds and does not go back. Every call costs the logarithm of the keys that wait for a time, at most.
 *
 * @param <K> an immutable key with equality
 */
public final class WorkQueue<K> {
    /** Longest delay: what is asked for later than this is a date, and monotonic nanoseconds do not hold any. */
    public static final Duration DELAY_MAX = Duration.ofDays(365);

    private final QueueOptions<K> options;
    private final long debounce;
    private final Map<K, Entry<K>> entries = new HashMap<>();
    private final Map<String, Owner<K>> owners = new HashMap<>();
    private final TimeHeap<Entry<K>> waiting = new TimeHeap<>();
    private final TimeHeap<Entry<K>> cooling = new TimeHeap<>(); // idle keys that ran within the debounce
    private final ReadyKeys<K> ready;
    private long sequence;
    private int running;
    private int failing;

    /** A queue with standard options whose failing keys wait by {@code backoff}. */
    public WorkQueue(Backoff backoff) {
        this(QueueOptions.of(backoff));
    }

    /** An empty queue. */
    public WorkQueue(QueueOptions<K> options) {
        this.options = options;
        this.debounce = options.debounce().toNanos();
        this.ready = new ReadyKeys<>(options);
    }

    /** Like {@link #add(Object, Lane, Cause, long)}, without a cause. */
    public boolean add(K key, Lane lane, long now) {
        return add(key, lane, Cause.ADDED, now);
    }

    /** Makes the key due now; a running one becomes due when it is done. False when it was due already, so that two requests became one. */
    public boolean add(K key, Lane lane, Cause cause, long now) {
        return schedule(entry(key), lane, cause, now, now);
    }

    /**
     * Makes the key due after {@code delay}, unless it is due earlier already. A delay that is over is none, and one beyond {@link #DELAY_MAX}
     * is that.
     */
    public void addAfter(K key, Duration delay, long now) {
        schedule(entry(key), Lane.RETRY, Cause.DELAY, now + within(delay), now);
    }

    /** Counts a failure and makes the key due after the backoff of its streak. */
    public void retry(K key, long now) {
        retry(key, Duration.ZERO, now);
    }

    /** Counts a failure that took a place for {@code held}, at most a year, and makes the key due after its backoff and at least as long. */
    public void retry(K key, Duration held, long now) {
        var entry = entry(key);
        failing += entry.failures == 0 ? 1 : 0;
        entry.failures++;
        long delay = options.backoff().after(entry.failures, held).toNanos();
        schedule(entry, Lane.RETRY, Cause.FAILURE, now + delay, now);
    }

    /** The next due key, now running until {@link #done}; empty when none may run now. */
    public Optional<K> take(long now) {
        while (!waiting.isEmpty() && waiting.first().at - now <= 0) {
            var due = waiting.first();
            waiting.remove(due);
            enqueue(due, now);
        }
        forgetCooled(now);
        var next = ready.size() == 0 ? null : ready.poll(now);
        if (next == null) {
            return Optional.empty();
        }
        next.ran = true;
        next.coolUntil = now + debounce;
        next.state = State.RUNNING;
        next.waited = now - next.since;
        next.since = now;
        running++;
        ready.started(next.owner);
        return Optional.of(next.key);
    }

    /**
     * The key no longer runs; it becomes due as asked for meanwhile.
     *
     * @throws IllegalStateException when the key is not running
     */
    public void done(K key, long now) {
        var entry = entries.get(key);
        if (entry == null || entry.state != State.RUNNING) {
            throw new IllegalStateException(
                    key + " is not running, so it cannot be done; call done once for each take");
        }
        running--;
        ready.ended(entry.owner);
        entry.state = State.IDLE;
        entry.since = now;
        if (entry.again) {
            entry.again = false;
            place(entry, entry.at, now);
        } else if (debounce > 0) {
            entry.at = entry.coolUntil;
            cooling.add(entry);
            forgetCooled(now);
        } else if (entry.failures == 0) {
            remove(entry);
        }
    }

    /** Ends the key's streak of failures. It does not take the key out of the queue. */
    public void forget(K key) {
        var entry = entries.get(key);
        if (entry != null && entry.failures > 0) {
            entry.failures = 0;
            failing--;
            if (entry.state == State.IDLE && entry.slot < 0) {
                remove(entry);
            }
        }
    }

    /** When a key that may not run now may: its time comes, or a rate lets it through. Empty when no such time is known. */
    public OptionalLong nextDueNanos() {
        if (waiting.isEmpty()) {
            return ready.paced() ? OptionalLong.of(ready.opensAt()) : OptionalLong.empty();
        }
        long due = waiting.first().at;
        return OptionalLong.of(ready.paced() && ready.opensAt() - due < 0 ? ready.opensAt() : due);
    }

    /** Failures in a row of this key; 0 after a success. */
    public int failures(K key) {
        var entry = entries.get(key);
        return entry == null ? 0 : entry.failures;
    }

    /** How long a running key was due before it was taken; zero for any other. */
    public Duration waited(K key) {
        var entry = entries.get(key);
        return entry == null || entry.state != State.RUNNING ? Duration.ZERO : Duration.ofNanos(entry.waited);
    }

    /** What the queue knows of a key; an unknown key is idle. */
    public Description describe(K key) {
        var entry = entries.get(key);
        if (entry == null) {
            return new Description(State.IDLE, Lane.FRESH, Cause.ADDED, 0, OptionalLong.empty(), 0, false);
        }
        boolean later = entry.state == State.WAITING || entry.again;
        return new Description(
                entry.state,
                entry.lane,
                entry.cause,
                entry.since,
                later ? OptionalLong.of(entry.at) : OptionalLong.empty(),
                entry.failures,
                entry.again);
    }

    /** How many keys are ready or waiting; running ones do not count. */
    public int depth() {
        return waiting.size() + ready.size();
    }

    /** How many keys are running. */
    public int running() {
        return running;
    }

    /** How much there is to do. Takes time in proportion to the owners. */
    public Load load(long now) {
        var lanes = new EnumMap<Lane, LaneLoad>(Lane.class);
        for (var lane : ReadyKeys.LANES) {
            long longest = 0;
            for (var owner : owners.values()) {
                var line = owner.lines.get(lane.ordinal()).entries;
                longest = line.isEmpty() ? longest : Math.max(longest, now - line.first().since);
            }
            lanes.put(lane, new LaneLoad(ready.depth(lane), Duration.ofNanos(longest)));
        }
        return new Load(lanes, waiting.size(), running, failing);
    }

    /** How many keys are ready. */
    int due() {
        return ready.size();
    }

    /** How many owners have a key that the queue knows of. */
    int owners() {
        return owners.size();
    }

    /** How many keys the queue knows anything of. */
    int size() {
        return entries.size();
    }

    private Entry<K> entry(K key) {
        var known = entries.get(key);
        if (known != null) {
            return known;
        }
        var fairness = options.fairness();
        var owner = owners.computeIfAbsent(fairness.ownerOf(key), name -> new Owner<>(name, fairness.turnOf(name)));
        owner.keys++;
        var entry = new Entry<>(key, owner, sequence++);
        entries.put(key, entry);
        return entry;
    }

    private void remove(Entry<K> entry) {
        entries.remove(entry.key);
        entry.owner.keys--;
        if (entry.owner.keys == 0) {
            owners.remove(entry.owner.name);
        }
    }

    private boolean schedule(Entry<K> entry, Lane lane, Cause cause, long due, long now) {
        return switch (entry.state) {
            case IDLE -> {
                if (entry.slot >= 0) {
                    cooling.remove(entry);
                }
                label(entry, lane, cause);
                place(entry, due, now);
                yield true;
            }
            case WAITING -> {
                reschedule(entry, lane, cause, due, now);
                yield true;
            }
            case READY -> {
                if (due - now <= 0 && lane.compareTo(entry.lane) < 0) {
                    ready.raise(entry, lane);
                    entry.cause = cause;
                }
                yield false;
            }
            case RUNNING -> remember(entry, lane, cause, due);
        };
    }

    private void reschedule(Entry<K> entry, Lane lane, Cause cause, long due, long now) {
        if (cooled(entry, due) - entry.at < 0) {
            waiting.remove(entry);
            label(entry, lane, cause);
            place(entry, due, now);
        }
    }

    /** What a running key is asked for meanwhile is one request: the earliest time and the most urgent lane. */
    private boolean remember(Entry<K> entry, Lane lane, Cause cause, long due) {
        boolean first = !entry.again;
        if (first || due - entry.at < 0) {
            entry.at = due;
            entry.cause = cause;
        }
        entry.lane = first ? lane : entry.lane.orHigher(lane);
        entry.again = true;
        return first;
    }

    private static <K> void label(Entry<K> entry, Lane lane, Cause cause) {
        entry.lane = lane;
        entry.cause = cause;
    }

    /** A key that ran less than the debounce ago is due when that is over. */
    private long cooled(Entry<K> entry, long due) {
        return debounce > 0 && entry.ran && entry.coolUntil - due > 0 ? entry.coolUntil : due;
    }

    private void forgetCooled(long now) {
        while (!cooling.isEmpty() && cooling.first().at - now <= 0) {
            var entry = cooling.first();
            cooling.remove(entry);
            if (entry.failures == 0) {
                remove(entry);
            }
        }
    }

    private static long within(Duration delay) {
        if (delay.isNegative()) {
            return 0;
        }
        return (delay.compareTo(DELAY_MAX) > 0 ? DELAY_MAX : delay).toNanos();
    }

    private void place(Entry<K> entry, long asked, long now) {
        long due = cooled(entry, asked);
        if (due - now <= 0) {
            enqueue(entry, now);
        } else {
            entry.state = State.WAITING;
            entry.at = due;
            entry.since = now;
            waiting.add(entry);
        }
    }

    private void enqueue(Entry<K> entry, long now) {
        entry.state = State.READY;
        entry.since = now;
        ready.add(entry);
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
     * @param lane its lane, or for a running key that is asked for again the lane it will be due in
     * @param cause why it was asked for
     * @param sinceNanos when it came into this state; 0 for an idle key
     * @param dueNanos when it becomes due, for a waiting key or a running one that is asked for again
     * @param failures failures in a row
     * @param again whether a running key will be due again when done
     */
    public record Description(
            State state, Lane lane, Cause cause, long sinceNanos, OptionalLong dueNanos, int failures, boolean again) {}

    /**
     * How much there is to do.
     *
     * @param lanes of the due keys
     * @param waiting keys that are due later
     * @param failing keys whose last run failed
     */
    public record Load(Map<Lane, LaneLoad> lanes, int waiting, int running, int failing) {
        public Load {
            lanes = Map.copyOf(lanes);
        }

        /** The due keys of {@code lane}. */
        public LaneLoad of(Lane lane) {
            return lanes.getOrDefault(lane, new LaneLoad(0, Duration.ZERO));
        }
    }

    /**
     * The due keys of one lane.
     *
     * @param oldest how long the one at the head of the lane has been due
     */
    public record LaneLoad(int depth, Duration oldest) {}
}
