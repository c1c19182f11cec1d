package dev.banyan.runtime.controller;

import dev.banyan.runtime.controller.Holds.Condition;
import dev.banyan.runtime.controller.Holds.Wish;
import dev.banyan.runtime.controller.RecordingStore.OwnWrites;
import dev.banyan.runtime.controller.Source.Trigger;
import dev.banyan.runtime.queue.Cause;
import dev.banyan.runtime.queue.Lane;
import dev.banyan.runtime.queue.QueueOptions;
import dev.banyan.runtime.queue.WorkQueue;
import dev.banyan.runtime.resource.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Decides which key runs when. Stepped and not thread-safe: the controller holds a lock around it and passes monotonic nanoseconds.
 */
final class Schedule {
    /**
     * How the schedule is bounded.
     *
     * @param concurrency most keys running at a time
     * @param deadline how long a reconcile may take before it is interrupted
     * @param ownWritesMax how long a key waits until the caches show what it wrote
     */
    record Limits(int concurrency, Duration deadline, Duration ownWritesMax) {}

    /** What the schedule asks of others: which keys are this process's, and whether a key's own writes make it run. */
    record Rules(Predicate<ObjectKey> mine, boolean ignoreOwnWrites) {
        static final Rules NONE = new Rules(key -> true, false);
    }

    /**
     * A key to run.
     *
     * @param waited how long it was due
     * @param hot whether it has just been found to run again and again though nothing changes
     */
    record Start(ObjectKey key, Lane lane, Duration waited, boolean hot) {}

    /**
     * How a reconcile ended that did not fail.
     *
     * @param wall the wall clock at its end
     */
    record Ended(Result result, OwnWrites own, Instant wall) {}

    private static final Cause AWAITED = new Cause("what it awaited", 0);
    private static final Cause RESYNC = new Cause("resync", 0);
    private static final Cause OUTSIDE = new Cause("enqueued", 0);

    private final Limits limits;
    private final Rules rules;
    private final WorkQueue<ObjectKey> queue;
    private final Holds holds = new Holds();
    private final Map<ObjectKey, Track> tracks = new HashMap<>(); // keys that run, or ran and are not quite over
    private final Map<ObjectKey, Long> deadlines = new LinkedHashMap<>(); // of keys that run and are in time, in order
    private final Map<ObjectKey, Long> stuck = new TreeMap<>(); // keys that run and passed their deadline -> when
    private final Map<ObjectKey, String> stalled = new TreeMap<>();
    private final Map<ObjectKey, String> errors = new TreeMap<>(); // how the last run ended of keys that fail
    private long applied;

    Schedule(Limits limits, Rules rules, QueueOptions<ObjectKey> options) {
        this.limits = limits;
        this.rules = rules;
        this.queue = new WorkQueue<>(options);
    }

    /** Something outside the caches about these keys changed. */
    void changed(Collection<ObjectKey> keys, long now) {
        for (var key : keys) {
            stalled.remove(key);
            track(key).ifPresent(Track::foreign);
            want(key, new Wish(Lane.FRESH, OUTSIDE), true, now);
        }
    }

    /** An event concerns these keys. Answers how many were to run already, so that two events became one. */
    int changed(Collection<ObjectKey> keys, Trigger trigger, long now) {
        int merged = 0;
        for (var key : keys) {
            var track = track(key);
            if (track.isPresent() && track.get().defer(trigger)) {
                continue; // whose write it is shows when the run is over
            }
            merged += changed(key, trigger, track, now) ? 0 : 1;
        }
        return merged;
    }

    /** The safety net. Stalled keys wait for an event, and failing ones for their backoff. */
    void resync(Collection<ObjectKey> keys, long now) {
        for (var key : keys) {
            if (!stalled.containsKey(key)
                    && queue.failures(key) == 0
                    && mine(key).orElse(true)) {
                want(key, new Wish(Lane.RESYNC, RESYNC), false, now);
            }
        }
        tracks.entrySet().removeIf(entry -> entry.getValue().over(applied, now));
    }

    /** The next key to start, if one is due and there is room. */
    Optional<Start> next(long now) {
        while (room()) {
            var key = queue.take(now);
            if (key.isEmpty()) {
                return Optional.empty();
            }
            if (mayRun(key.get(), now)) {
                return Optional.of(start(key.get(), now));
            }
        }
        return Optional.empty();
    }

    /** A started key ended with a result. Answers how many failures in a row went before. */
    int succeeded(ObjectKey key, Ended ended, long now) {
        var result = ended.result();
        int failures = queue.failures(key);
        queue.forget(key);
        errors.remove(key);
        boolean changed = end(key, ended.own(), result instanceof Result.Stalled, now);
        hold(key, result, ended.own(), now);
        switch (result) {
            case Result.RequeueAfter later -> queue.addAfter(key, later.delay(), now);
            case Result.RequeueAt later -> queue.addAfter(key, later.from(ended.wall()), now);
            case Result.Stalled stall -> stall(key, stall.reason(), changed);
            case Result.Done done -> {}
            case Result.Await await -> {}
            case Result.AwaitChange await -> {}
        }
        queue.done(key, now);
        return failures;
    }

    /** A started key failed with {@code error}. Answers how many failures in a row that makes. */
    int failed(ObjectKey key, String error, OwnWrites own, long now) {
        queue.retry(key, stuck.containsKey(key) ? limits.deadline() : Duration.ZERO, now);
        int failures = queue.failures(key);
        errors.put(key, error);
        end(key, own, false, now);
        track(key).ifPresent(Track::foreign); // its backoff is its pace
        hold(key, Result.done(), own, now);
        queue.done(key, now);
        return failures;
    }

    /** A cache changed: what waits for a condition is worth asking again. */
    void cacheChanged() {
        holds.changed();
    }

    /** A task that is to be started to ask conditions, if one is needed. */
    Optional<Integer> hireAsker(long now) {
        return holds.hireAsker(now);
    }

    /** What that task is to ask next; empty when it is to end. */
    Optional<Holds.Question> nextQuestion(int asker, long now) {
        return holds.nextQuestion(asker, now);
    }

    /** What it was answered. */
    void answered(Holds.Question question, boolean holds, long now) {
        this.holds.answered(question, holds).ifPresent(freed -> free(freed, now));
    }

    /** Tasks whose question nobody waits for any more. */
    List<Integer> abandonedAskers() {
        return holds.abandoned();
    }

    /** The informers show {@code revision}: what waited for it, or too long, is free. Answers the keys that run without it. */
    List<ObjectKey> applied(long revision, long now) {
        applied = Math.max(applied, revision);
        var late = new ArrayList<ObjectKey>();
        for (var freed : holds.release(revision, now)) {
            free(freed, now);
            if (freed.late()) {
                late.add(freed.key());
            }
        }
        return late;
    }

    /** Keys that have just passed their deadline; each is answered once. */
    List<ObjectKey> overdue(long now) {
        var overdue = new ArrayList<ObjectKey>();
        for (var all = deadlines.entrySet().iterator(); all.hasNext(); ) {
            var entry = all.next();
            if (entry.getValue() - now > 0) {
                break;
            }
            overdue.add(entry.getKey());
            stuck.put(entry.getKey(), now);
            all.remove();
        }
        return overdue;
    }

    /** When the schedule next has something to decide; empty when only an event or an ending can change anything. */
    OptionalLong wakeAt() {
        var first = holds.nextNanos();
        if (room()) {
            first = earlier(first, queue.nextDueNanos());
        }
        return deadlines.isEmpty()
                ? first
                : earlier(first, OptionalLong.of(deadlines.values().iterator().next()));
    }

    /** Whether progress of the caches may set a key free. */
    boolean awaitsCaches() {
        return !holds.isEmpty();
    }

    int running() {
        return queue.running();
    }

    int depth() {
        return queue.depth() + holds.size();
    }

    ControllerMetrics.Load load(long now) {
        return new ControllerMetrics.Load(queue.load(now), holds.size(), stalled.size(), stuck.size());
    }

    /** What is known of a key that has just been started, for whoever watches. */
    ControllerMetrics.Run run(String controller, Start start) {
        var known = queue.describe(start.key());
        return new ControllerMetrics.Run(
                controller, start.key(), known.failures(), start.lane(), known.cause(), start.waited());
    }

    /** Keys that run past their deadline, and how long they have been running. */
    Map<ObjectKey, Duration> stuck(long now) {
        var running = new TreeMap<ObjectKey, Duration>();
        stuck.forEach((key, since) -> running.put(key, limits.deadline().plusNanos(now - since)));
        return running;
    }

    /** Keys that wait for an event, with the reasons they gave. */
    Map<ObjectKey, String> stalled() {
        return Map.copyOf(stalled);
    }

    /** Keys whose last run failed, and how it ended. */
    Map<ObjectKey, String> failing() {
        return Map.copyOf(errors);
    }

    /** Keys that run again and again though nothing changes. Takes time in proportion to the keys that run, or did just now. */
    List<ObjectKey> hot() {
        return tracks.entrySet().stream()
                .filter(entry -> entry.getValue().hot())
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    /** Why a key runs, or does not. */
    KeyState describe(ObjectKey key, long now) {
        var known = queue.describe(key);
        var held = holds.describe(key, now);
        var phase = phase(key, known.state(), held.isPresent());
        boolean asked = known.state() != WorkQueue.State.IDLE;
        long since =
                asked ? known.sinceNanos() : held.map(Holds.Held::sinceNanos).orElse(now);
        var next = known.dueNanos().isPresent()
                ? Optional.of(known.dueNanos().getAsLong())
                : held.map(Holds.Held::untilNanos);
        return new KeyState(
                key,
                phase,
                asked ? Optional.of(known.lane()) : Optional.empty(),
                asked ? Optional.of(known.cause()) : Optional.empty(),
                Duration.ofNanos(now - since),
                next.map(due -> Duration.ofNanos(Math.max(0, due - now))),
                known.failures(),
                Optional.ofNullable(stalled.getOrDefault(key, errors.get(key))),
                note(key, held));
    }

    private KeyState.Phase phase(ObjectKey key, WorkQueue.State state, boolean held) {
        return switch (state) {
            case RUNNING -> stuck.containsKey(key) ? KeyState.Phase.STUCK : KeyState.Phase.RUNNING;
            case IDLE -> {
                if (held) {
                    yield KeyState.Phase.HELD;
                }
                yield stalled.containsKey(key) ? KeyState.Phase.STALLED : KeyState.Phase.IDLE;
            }
            case READY -> held ? KeyState.Phase.HELD : KeyState.Phase.READY;
            case WAITING -> KeyState.Phase.WAITING;
        };
    }

    private String note(ObjectKey key, Optional<Holds.Held> held) {
        var notes = new ArrayList<String>();
        held.ifPresent(hold -> notes.add(hold.what()));
        track(key).filter(Track::hot).ifPresent(track -> notes.add("running hot"));
        if (stuck.containsKey(key)) {
            notes.add("past its deadline");
        }
        return String.join(", ", notes);
    }

    /** How many keys something is remembered of beyond the queue. */
    int tracked() {
        return tracks.size();
    }

    /** A reconcile past its deadline has lost its place to another: those that hang stop nobody, but for as many as may run at all. */
    private boolean room() {
        return queue.running() < limits.concurrency() + Math.min(stuck.size(), limits.concurrency());
    }

    private Optional<Track> track(ObjectKey key) {
        return Optional.ofNullable(tracks.get(key));
    }

    private boolean changed(ObjectKey key, Trigger trigger, Optional<Track> track, long now) {
        boolean own = track.isPresent() && track.get().made(trigger);
        if (own && rules.ignoreOwnWrites()) {
            return true;
        }
        if (!own) {
            stalled.remove(key);
            track.ifPresent(Track::foreign);
            if (trigger.changes().has(ChangeSet.Part.SPEC)) {
                queue.forget(key);
            }
        } else if (stalled.containsKey(key)) {
            return true; // it has said all this itself
        }
        return want(key, new Wish(trigger.lane(), trigger.cause()), !own && trigger.ends(), now);
    }

    /** Answers whether that made the key due, or it was to run already. */
    private boolean want(ObjectKey key, Wish wish, boolean ends, long now) {
        if (!holds.holds(key)) {
            return queue.add(key, wish.lane(), wish.cause(), now);
        }
        holds.want(key, wish, ends, now).ifPresent(freed -> free(freed, now));
        return true;
    }

    private void free(Holds.Freed freed, long now) {
        freed.wish().ifPresent(wish -> queue.add(freed.key(), wish.lane(), wish.cause(), now));
    }

    /** A taken key that may not run leaves the running ones at once; whatever it waits for brings it back. */
    private boolean mayRun(ObjectKey key, long now) {
        var mine = mine(key);
        if (mine.isEmpty()) {
            queue.retry(key, now);
            errors.put(key, "whose it is cannot be told: the rule of only(...) failed");
            queue.done(key, now);
            return false;
        }
        if (!mine.get()) {
            queue.forget(key);
            errors.remove(key);
            queue.done(key, now);
            return false;
        }
        var pause = track(key).map(track -> track.pause(now)).orElse(Duration.ZERO);
        if (!holds.holds(key) && pause.isZero()) {
            return true;
        }
        if (holds.holds(key)) {
            var known = queue.describe(key);
            holds.want(key, new Wish(known.lane(), known.cause()), false, now);
        } else {
            queue.addAfter(key, pause, now);
        }
        queue.done(key, now);
        return false;
    }

    /** Empty when the user's rule cannot be asked. Such a key does not run: another process may be at it. */
    private Optional<Boolean> mine(ObjectKey key) {
        try {
            return Optional.of(rules.mine().test(key));
        } catch (RuntimeException | StackOverflowError failed) {
            return Optional.empty();
        }
    }

    private Start start(ObjectKey key, long now) {
        var track = tracks.computeIfAbsent(key, k -> new Track());
        boolean hot = track.start(now);
        deadlines.put(key, now + limits.deadline().toNanos());
        return new Start(key, queue.describe(key).lane(), queue.waited(key), hot);
    }

    /** Answers whether anything but the key's own writes happened to it while it ran. Those do not wake a key that stalls. */
    private boolean end(ObjectKey key, OwnWrites own, boolean stalls, long now) {
        deadlines.remove(key);
        stuck.remove(key);
        boolean changed = queue.describe(key).again();
        var track = track(key).orElseThrow();
        for (var trigger : track.end(own, now)) {
            boolean mine = own.explain(trigger);
            changed |= !mine;
            if (!mine || !stalls) {
                changed(key, trigger, Optional.of(track), now);
            }
        }
        return changed;
    }

    private void hold(ObjectKey key, Result result, OwnWrites own, long now) {
        long written = own.revision() > applied ? own.revision() : 0;
        var wish = new Wish(Lane.FRESH, AWAITED);
        switch (result) {
            case Result.Await await -> {
                var atMost = await.revision() >= written ? await.atMost() : limits.ownWritesMax();
                holds.until(key, Math.max(written, await.revision()), limit(now, atMost), Optional.of(wish));
            }
            case Result.AwaitChange await -> {
                var condition = new Condition(await.what(), await.holds(), bounded(await.atMost()));
                holds.until(key, written, limit(now, limits.ownWritesMax()), condition, wish);
            }
            case Result.Done done -> holdWritten(key, written, now);
            case Result.RequeueAfter later -> holdWritten(key, written, now);
            case Result.RequeueAt later -> holdWritten(key, written, now);
            case Result.Stalled stall -> holdWritten(key, written, now);
        }
    }

    private void holdWritten(ObjectKey key, long written, long now) {
        if (written > 0) {
            holds.until(key, written, limit(now, limits.ownWritesMax()), Optional.empty());
        }
    }

    private static Holds.Limit limit(long now, Duration atMost) {
        return new Holds.Limit(now, now + bounded(atMost).toNanos());
    }

    /** What monotonic nanoseconds can hold. */
    private static Duration bounded(Duration asked) {
        return asked.compareTo(WorkQueue.DELAY_MAX) > 0
                ? WorkQueue.DELAY_MAX
                : asked.isNegative() ? Duration.ZERO : asked;
    }

    /** An event that came while the key was running counts as the one that a stalled key waits for. */
    private void stall(ObjectKey key, String reason, boolean changed) {
        if (!changed) {
            stalled.put(key, reason);
        }
    }

    private static OptionalLong earlier(OptionalLong left, OptionalLong right) {
        if (left.isEmpty() || right.isEmpty()) {
            return left.isEmpty() ? right : left;
        }
        return left.getAsLong() - right.getAsLong() <= 0 ? left : right;
    }
}
