package dev.banyan.runtime.controller;

import dev.banyan.runtime.queue.Cause;
import dev.banyan.runtime.queue.Lane;
import dev.banyan.runtime.resource.ObjectKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;

/**
 * Keys that may not run yet though they may be wanted: first until the caches show a revision, then until a condition holds, each with its
 * own time limit. Stepped and not thread-safe.
 */
final class Holds {
    /** A wish to run, which outlives the hold. */
    record Wish(Lane lane, Cause cause) {
        Wish orHigher(Wish other) {
            return other.lane.compareTo(lane) < 0 ? other : this;
        }
    }

    /**
     * A key that is free again.
     *
     * @param wish empty when nobody asked for it meanwhile
     * @param late whether it was freed by the time limit on its revision
     */
    record Freed(ObjectKey key, Optional<Wish> wish, boolean late) {}

    /** What is waited for after the revision. */
    record Condition(String what, BooleanSupplier holds, Duration atMost) {}

    /**
     * A condition to be asked, by a task that holds no lock: it is the user's, and may be slow, hang or throw.
     *
     * @param asker the task that got it
     */
    record Question(ObjectKey key, Condition condition, int asker) {
        /** A condition that cannot be asked holds: the reconciler meets the same trouble and its failure is told. */
        boolean ask() {
            try {
                return condition.holds().getAsBoolean();
            } catch (Exception | Error failed) {
                return true;
            }
        }
    }

    /** An asker that has had one question for this long is taken for slow: another task asks the rest. */
    static final Duration SLOW = Duration.ofMillis(100);

    /** Askers at a time. Only conditions that hang make more than one; beyond these nothing is asked until a wait is over. */
    static final int ASKERS_MAX = 32;

    /** From when to when at the latest. */
    record Limit(long sinceNanos, long untilNanos) {}

    private static final class Hold {
        final ObjectKey key;
        final long revision;
        final Optional<Condition> condition;
        Optional<Wish> wish;
        final long since;
        long until;
        boolean late;
        boolean opened; // the revision is there, or no longer waited for
        long asked = -1; // the change of the caches it was last asked after
        long askedAt;
        Optional<Integer> asker = Optional.empty(); // who is asking it now

        Hold(ObjectKey key, long revision, Optional<Condition> condition, Optional<Wish> wish, Limit limit) {
            this.key = key;
            this.revision = revision;
            this.condition = condition;
            this.wish = wish;
            this.since = limit.sinceNanos();
            this.until = limit.untilNanos();
        }
    }

    private final Map<ObjectKey, Hold> holds = new HashMap<>();
    private final TreeSet<Hold> byRevision =
            new TreeSet<>(Comparator.<Hold>comparingLong(hold -> hold.revision).thenComparing(hold -> hold.key));
    private final TreeSet<Hold> byTime = new TreeSet<>(Holds::earlier);
    private final Set<Hold> conditional = new LinkedHashSet<>(); // their revision is there
    private final Set<Hold> unasked = new LinkedHashSet<>(); // of those, since the last change of a cache
    private final Map<Integer, Hold> asked = new TreeMap<>(); // by asker, those that are being asked
    private final Map<Integer, Long> askers = new TreeMap<>(); // those that have not ended -> their last sign of life
    private final Set<Integer> leaving = new TreeSet<>(); // askers whose answer nobody waits for any more
    private final List<Integer> abandoned = new ArrayList<>(); // those of them that nobody was told of
    private long changes;
    private int lastAsker;

    /** Holds a key that is not held; {@code wish} is what it wants already. */
    void until(ObjectKey key, long revision, Limit limit, Optional<Wish> wish) {
        put(new Hold(key, revision, Optional.empty(), wish, limit));
    }

    /** Holds a key that is not held until {@code revision} is there, and from then on until {@code condition} holds. */
    void until(ObjectKey key, long revision, Limit limit, Condition condition, Wish wish) {
        put(new Hold(key, revision, Optional.of(condition), Optional.of(wish), limit));
    }

    boolean holds(ObjectKey key) {
        return holds.containsKey(key);
    }

    boolean isEmpty() {
        return holds.isEmpty();
    }

    int size() {
        return holds.size();
    }

    /** A held key is wanted; {@code ends} gives up its condition, not its revision. Answers whether that set it free. */
    Optional<Freed> want(ObjectKey key, Wish wish, boolean ends, long now) {
        var hold = holds.get(key);
        if (hold == null) {
            return Optional.empty();
        }
        hold.wish = Optional.of(hold.wish.map(wish::orHigher).orElse(wish));
        if (!ends || hold.condition.isEmpty()) {
            return Optional.empty();
        }
        if (conditional.contains(hold)) {
            return Optional.of(free(hold));
        }
        remove(hold);
        put(new Hold(key, hold.revision, Optional.empty(), hold.wish, new Limit(hold.since, hold.until)));
        return Optional.empty();
    }

    /** A cache changed: conditions are worth asking again. */
    void changed() {
        changes++;
        for (var hold : conditional) {
            if (hold.asker.isEmpty()) {
                unasked.add(hold);
            }
        }
    }

    /** The caches show {@code revision} at {@code now}: answers who is free. */
    List<Freed> release(long revision, long now) {
        var freed = new ArrayList<Freed>();
        while (!byRevision.isEmpty() && byRevision.first().revision <= revision) {
            opened(byRevision.first(), now).ifPresent(freed::add);
        }
        while (!byTime.isEmpty() && byTime.first().until - now <= 0) {
            var hold = byTime.first();
            hold.late |= !conditional.contains(hold);
            (conditional.contains(hold) ? Optional.of(free(hold)) : opened(hold, now)).ifPresent(freed::add);
        }
        return freed;
    }

    /** A new asker, if one is needed: something is to be asked, and whoever asks is slow. */
    Optional<Integer> hireAsker(long now) {
        if (unasked.isEmpty()
                || askers.size() >= ASKERS_MAX
                || slowNanos().stream().anyMatch(slow -> slow - now > 0)) {
            return Optional.empty();
        }
        lastAsker++;
        askers.put(lastAsker, now);
        return Optional.of(lastAsker);
    }

    /** What an asker is to ask next; empty when it is to end. */
    Optional<Question> nextQuestion(int asker, long now) {
        if (unasked.isEmpty() || leaving.contains(asker)) {
            askers.remove(asker);
            leaving.remove(asker);
            return Optional.empty();
        }
        var hold = unasked.iterator().next();
        unasked.remove(hold);
        hold.asked = changes;
        hold.askedAt = now;
        hold.asker = Optional.of(asker);
        asked.put(asker, hold);
        askers.put(asker, now);
        return Optional.of(new Question(hold.key, hold.condition.orElseThrow(), asker));
    }

    /** What was answered; nothing happens when the wait was over before. */
    Optional<Freed> answered(Question question, boolean holds) {
        var hold = asked.remove(question.asker());
        if (hold == null) {
            return Optional.empty();
        }
        hold.asker = Optional.empty();
        if (holds) {
            return Optional.of(free(hold));
        }
        if (hold.asked < changes) {
            unasked.add(hold);
        }
        return Optional.empty();
    }

    /** Askers that are to be interrupted; each is answered once. */
    List<Integer> abandoned() {
        var answer = List.copyOf(abandoned);
        abandoned.clear();
        return answer;
    }

    /** When a limit is next over, or an asker becomes slow while others wait. */
    OptionalLong nextNanos() {
        var next = byTime.isEmpty() ? OptionalLong.empty() : OptionalLong.of(byTime.first().until);
        var slow = slowNanos().stream().max(Holds::compare);
        boolean matters = slow.isPresent() && !unasked.isEmpty() && askers.size() < ASKERS_MAX;
        return matters && (next.isEmpty() || slow.get() - next.getAsLong() < 0) ? OptionalLong.of(slow.get()) : next;
    }

    /** When each asker that is still of use is slow, should it show no sign of life before. */
    private List<Long> slowNanos() {
        return askers.entrySet().stream()
                .filter(asker -> !leaving.contains(asker.getKey()))
                .map(asker -> asker.getValue() + SLOW.toNanos())
                .toList();
    }

    private static int compare(long left, long right) {
        return Long.signum(left - right);
    }

    /** What a held key waits for at {@code now}. */
    Optional<Held> describe(ObjectKey key, long now) {
        return Optional.ofNullable(holds.get(key)).map(hold -> new Held(what(hold, now), hold.since, hold.until));
    }

    /**
     * How a key is held.
     *
     * @param sinceNanos when it came to be
     * @param untilNanos when it is free at the latest, or goes on to the condition
     */
    record Held(String what, long sinceNanos, long untilNanos) {}

    private static String what(Hold hold, long now) {
        if (!hold.opened) {
            return "awaiting revision " + hold.revision;
        }
        var what = "awaiting " + hold.condition.map(Condition::what).orElse("revision " + hold.revision);
        return hold.asker.isPresent() && now - hold.askedAt >= SLOW.toNanos()
                ? what + ", which has not answered for " + Duration.ofNanos(now - hold.askedAt)
                : what;
    }

    private void put(Hold hold) {
        holds.put(hold.key, hold);
        byRevision.add(hold);
        byTime.add(hold);
    }

    private void remove(Hold hold) {
        holds.remove(hold.key);
        byRevision.remove(hold);
        byTime.remove(hold);
        conditional.remove(hold);
        unasked.remove(hold);
        hold.asker.ifPresent(asker -> {
            asked.remove(asker);
            leaving.add(asker);
            abandoned.add(asker);
        });
    }

    /** The revision is there, or no longer waited for. */
    private Optional<Freed> opened(Hold hold, long now) {
        if (hold.condition.isEmpty()) {
            return Optional.of(free(hold));
        }
        byRevision.remove(hold);
        byTime.remove(hold);
        hold.until = now + hold.condition.get().atMost().toNanos();
        byTime.add(hold);
        hold.opened = true;
        conditional.add(hold);
        unasked.add(hold);
        return Optional.empty();
    }

    private Freed free(Hold hold) {
        remove(hold);
        return new Freed(hold.key, hold.wish, hold.late);
    }

    private static int earlier(Hold left, Hold right) {
        int order = compare(left.until, right.until);
        return order != 0 ? order : left.key.compareTo(right.key);
    }
}
