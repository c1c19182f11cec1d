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

    private static final class Hold {
        final ObjectKey key;
        final long revision;
        final Optional<Condition> condition;
        Optional<Wish> wish;
        long until;
        boolean late;

        Hold(ObjectKey key, long revision, Optional<Condition> condition, Optional<Wish> wish, long until) {
            this.key = key;
            this.revision = revision;
            this.condition = condition;
            this.wish = wish;
            this.until = until;
        }
    }

    private final Map<ObjectKey, Hold> holds = new HashMap<>();
    private final TreeSet<Hold> byRevision =
            new TreeSet<>(Comparator.<Hold>comparingLong(hold -> hold.revision).thenComparing(hold -> hold.key));
    private final TreeSet<Hold> byTime = new TreeSet<>(Holds::earlier);
    private final Set<Hold> conditional = new LinkedHashSet<>(); // their revision is there

    /** Holds a key that is not held; {@code wish} is what it wants already. */
    void until(ObjectKey key, long revision, long untilNanos, Optional<Wish> wish) {
        put(new Hold(key, revision, Optional.empty(), wish, untilNanos));
    }

    /** Holds a key that is not held until {@code revision} is there, and from then on until {@code condition} holds. */
    void until(ObjectKey key, long revision, long untilNanos, Condition condition, Wish wish) {
        put(new Hold(key, revision, Optional.of(condition), Optional.of(wish), untilNanos));
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
        put(new Hold(key, hold.revision, Optional.empty(), hold.wish, hold.until));
        return Optional.empty();
    }

    /** The caches show {@code revision} at {@code now}: answers who is free. */
    List<Freed> release(long revision, long now) {
        var freed = new ArrayList<Freed>();
        while (!byRevision.isEmpty() && byRevision.first().revision <= revision) {
            opened(byRevision.first(), now).ifPresent(freed::add);
        }
        for (var hold : List.copyOf(conditional)) {
            if (holdsNow(hold)) {
                freed.add(free(hold));
            }
        }
        while (!byTime.isEmpty() && byTime.first().until - now <= 0) {
            var hold = byTime.first();
            hold.late |= !conditional.contains(hold);
            (conditional.contains(hold) ? Optional.of(free(hold)) : opened(hold, now)).ifPresent(freed::add);
        }
        return freed;
    }

    /** When a limit is next over. */
    OptionalLong nextNanos() {
        return byTime.isEmpty() ? OptionalLong.empty() : OptionalLong.of(byTime.first().until);
    }

    /** What a held key waits for. */
    Optional<String> describe(ObjectKey key) {
        return Optional.ofNullable(holds.get(key))
                .map(hold -> conditional.contains(hold)
                        ? "awaiting " + hold.condition.orElseThrow().what()
                        : "awaiting revision " + hold.revision);
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
        conditional.add(hold);
        return Optional.empty();
    }

    private Freed free(Hold hold) {
        remove(hold);
        return new Freed(hold.key, hold.wish, hold.late);
    }

    /** A condition that cannot be asked holds: the reconciler meets the same trouble and its failure is told. */
    private static boolean holdsNow(Hold hold) {
        try {
            return hold.condition.orElseThrow().holds().getAsBoolean();
        } catch (RuntimeException | StackOverflowError failed) {
            return true;
        }
    }

    private static int earlier(Hold left, Hold right) {
        long difference = left.until - right.until;
        return difference != 0 ? Long.signum(difference) : left.key.compareTo(right.key);
    }
}
