package dev.banyan.runtime.controller;

import dev.banyan.runtime.queue.Backoff;
import dev.banyan.runtime.queue.Lane;
import dev.banyan.runtime.queue.WorkQueue;
import dev.banyan.runtime.resource.ObjectKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Decides which key runs when. Stepped and not thread-safe: the controller holds a lock around it and passes monotonic nanoseconds.
 */
final class Schedule {
    /**
     * How the schedule is bounded.
     *
     * @param concurrency most keys running at a time
     * @param deadline how long a reconcile may take before it is interrupted
     * @param awaitLimit how long a key waits for a revision before it runs without it
     */
    record Limits(int concurrency, Duration deadline, Duration awaitLimit) {}

    private record Awaited(long revision, long untilNanos) {}

    private final Limits limits;
    private final WorkQueue<ObjectKey> queue;
    private final Map<ObjectKey, Long> deadlines = new TreeMap<>(); // of keys that run and are in time
    private final Map<ObjectKey, Long> stuck = new TreeMap<>(); // keys that run and passed their deadline -> when
    private final Map<ObjectKey, Awaited> awaiting = new TreeMap<>();
    private final Map<ObjectKey, String> stalled = new TreeMap<>();

    Schedule(Limits limits, Backoff backoff) {
        this.limits = limits;
        this.queue = new WorkQueue<>(backoff);
    }

    /** Something about these keys changed. */
    void changed(Collection<ObjectKey> keys, long now) {
        for (var key : keys) {
            stalled.remove(key);
            queue.add(key, Lane.FRESH, now);
        }
    }

    /** The safety net. Stalled keys wait for an event, and failing ones for their backoff. */
    void resync(Collection<ObjectKey> keys, long now) {
        for (var key : keys) {
            if (!stalled.containsKey(key) && queue.failures(key) == 0) {
                queue.add(key, Lane.RESYNC, now);
            }
        }
    }

    /** The next key to start, if one is due and there is room. */
    Optional<ObjectKey> next(long now) {
        while (queue.running() < limits.concurrency()) {
            var key = queue.take(now);
            if (key.isEmpty() || !awaiting.containsKey(key.get())) {
                key.ifPresent(started ->
                        deadlines.put(started, now + limits.deadline().toNanos()));
                return key;
            }
            queue.done(key.get(), now); // it runs anyway when its revision is there
        }
        return Optional.empty();
    }

    /** A started key ended with a result. Answers how many failures in a row went before. */
    int succeeded(ObjectKey key, Result result, long now) {
        int failures = queue.failures(key);
        queue.forget(key);
        switch (result) {
            case Result.Done done -> {}
            case Result.RequeueAfter later -> queue.addAfter(key, later.delay(), now);
            case Result.Await await ->
                awaiting.put(
                        key,
                        new Awaited(await.revision(), now + limits.awaitLimit().toNanos()));
            case Result.Stalled stall -> stall(key, stall.reason());
        }
        end(key, now);
        return failures;
    }

    /** A started key failed. Answers how many failures in a row that makes. */
    int failed(ObjectKey key, long now) {
        queue.retry(key, now);
        int failures = queue.failures(key);
        end(key, now);
        return failures;
    }

    /** The informers show {@code revision}: what waited for it, or too long, becomes due. */
    void applied(long revision, long now) {
        awaiting.entrySet().removeIf(entry -> {
            var awaited = entry.getValue();
            boolean over = awaited.revision() <= revision || awaited.untilNanos() - now <= 0;
            if (over) {
                queue.add(entry.getKey(), Lane.FRESH, now);
            }
            return over;
        });
    }

    /** Keys that have just passed their deadline; each is answered once. */
    List<ObjectKey> overdue(long now) {
        var overdue = new ArrayList<ObjectKey>();
        deadlines.entrySet().removeIf(entry -> {
            boolean late = entry.getValue() - now <= 0;
            if (late) {
                overdue.add(entry.getKey());
                stuck.put(entry.getKey(), now);
            }
            return late;
        });
        return overdue;
    }

    /** When the schedule next has something to decide; empty when only an event or an ending can change anything. */
    OptionalLong wakeAt() {
        var times = new ArrayList<Long>(deadlines.values());
        awaiting.values().forEach(awaited -> times.add(awaited.untilNanos()));
        if (queue.running() < limits.concurrency()) {
            queue.nextDueNanos().ifPresent(times::add);
        }
        return times.stream().mapToLong(Long::longValue).reduce((a, b) -> a - b <= 0 ? a : b);
    }

    boolean awaitsRevision() {
        return !awaiting.isEmpty();
    }

    int running() {
        return queue.running();
    }

    int depth() {
        return queue.depth();
    }

    /** Keys that run past their deadline. */
    List<ObjectKey> stuck() {
        return List.copyOf(stuck.keySet());
    }

    /** Keys that wait for an event, with the reasons they gave. */
    Map<ObjectKey, String> stalled() {
        return Map.copyOf(stalled);
    }

    /** Why a key is not running, or that it is, in one line. */
    String describe(ObjectKey key) {
        var description = queue.describe(key);
        var line = new StringBuilder(description.state().toString());
        Optional.ofNullable(awaiting.get(key))
                .ifPresent(awaited -> line.append(" awaiting revision ").append(awaited.revision()));
        Optional.ofNullable(stalled.get(key))
                .ifPresent(reason -> line.append(" stalled: ").append(reason));
        if (description.failures() > 0) {
            line.append(" after ").append(description.failures()).append(" failures");
        }
        return stuck.containsKey(key) ? line.append(" past its deadline").toString() : line.toString();
    }

    /** An event that came while the key was running counts as the one that a stalled key waits for. */
    private void stall(ObjectKey key, String reason) {
        if (!queue.describe(key).again()) {
            stalled.put(key, reason);
        }
    }

    private void end(ObjectKey key, long now) {
        deadlines.remove(key);
        stuck.remove(key);
        queue.done(key, now);
    }
}
