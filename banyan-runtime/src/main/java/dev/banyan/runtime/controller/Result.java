package dev.banyan.runtime.controller;

import dev.banyan.runtime.store.WriteOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/**
 * What a reconciler asks for next.
 *
 * <table>
 * <caption>When the key runs again, and what becomes of its streak of failures</caption>
 * <tr><th>Ending</th><th>Runs again</th><th>An event meanwhile</th><th>A resync meanwhile</th><th>Streak</th></tr>
 * <tr><td>{@link Done}</td><td>-</td><td>runs it</td><td>runs it</td><td>ends</td></tr>
 * <tr><td>{@link RequeueAfter}</td><td>after the delay</td><td>runs it</td><td>runs it</td><td>ends</td></tr>
 * <tr><td>{@link RequeueAt}</td><td>at that time of day</td><td>runs it</td><td>runs it</td><td>ends</td></tr>
 * <tr><td>{@link Await}</td><td>when the revision is in all caches, or the time is over</td><td>waits with it</td><td>waits with it</td><td>ends</td></tr>
 * <tr><td>{@link AwaitChange}</td><td>when the condition holds, or the time is over</td><td>waits with it, but for a change of a spec, a deletion, or a finalizer</td><td>waits with it</td><td>ends</td></tr>
 * <tr><td>{@link Stalled}</td><td>-</td><td>runs it, unless it shows the key's own write</td><td>nothing</td><td>ends</td></tr>
 * <tr><td>an exception</td><td>after the backoff of its streak, for ever</td><td>runs it</td><td>nothing</td><td>grows; a new spec ends it</td></tr>
 * <tr><td>interrupted at its deadline</td><td colspan="4">like an exception</td></tr>
 * </table>
 *
 * <p>Whatever the ending: after a write through the store that its controller passes to a {@link Reconciler.Writing}, the key runs again no
 * sooner than the caches show that write, or a few seconds later. An error and a delay cannot be combined. A delay or time that is over
 * means at once, one beyond a year means in a year.
 */
public sealed interface Result {
    /** Nothing until something changes. */
    record Done() implements Result {}

    /** Come again after {@code delay}, or earlier if something changes. */
    record RequeueAfter(Duration delay) implements Result {
        public RequeueAfter {
            Objects.requireNonNull(delay, "delay");
        }
    }

    /**
     * Come again at {@code at}, or earlier if something changes. The time is turned into a delay once, when the reconcile has ended: whoever
     * must not act before it looks at the clock again, since that may be set meanwhile.
     */
    record RequeueAt(Instant at) implements Result {
        public RequeueAt {
            Objects.requireNonNull(at, "at");
        }

        /** How far off it is at {@code wall}; negative when it is over. */
        Duration from(Instant wall) {
            return Duration.between(wall, at);
        }
    }

    /**
     * Come again once every informer of the controller shows {@code revision}, and not before: what is read until then is known to be old.
     *
     * @param atMost come again without it after this long
     */
    record Await(long revision, Duration atMost) implements Result {
        public Await {
            Objects.requireNonNull(atMost, "atMost");
        }
    }

    /**
     * Come again once {@code holds}, which is asked after each change of a cache of the controller, in a task for such questions: it reads
     * listers and nothing else, quickly. When it throws, the key runs and meets the trouble itself. One that does not answer holds up its
     * own key alone, and is interrupted when the wait is over.
     *
     * @param what for people: what is waited for
     * @param atMost come again without it after this long
     */
    record AwaitChange(String what, BooleanSupplier holds, Duration atMost) implements Result {
        public AwaitChange {
            Objects.requireNonNull(what, "what");
            Objects.requireNonNull(holds, "holds");
            Objects.requireNonNull(atMost, "atMost");
        }
    }

    /** It cannot go on and trying again does not help; only an event makes it run again. */
    record Stalled(String reason) implements Result {
        public Stalled {
            Objects.requireNonNull(reason, "reason");
        }
    }

    /** See {@link Done}. */
    static Result done() {
        return new Done();
    }

    /** See {@link RequeueAfter}. */
    static Result requeueAfter(Duration delay) {
        return new RequeueAfter(delay);
    }

    /** See {@link RequeueAt}. */
    static Result requeueAt(Instant at) {
        return new RequeueAt(at);
    }

    /** Waits at most {@link #AWAIT_MAX}. */
    static Result await(long revision) {
        return new Await(revision, AWAIT_MAX);
    }

    /** See {@link Await}. */
    static Result await(long revision, Duration atMost) {
        return new Await(revision, atMost);
    }

    /** See {@link AwaitChange}. */
    static Result awaitChange(String what, Duration atMost, BooleanSupplier holds) {
        return new AwaitChange(what, holds, atMost);
    }

    /** See {@link Stalled}. */
    static Result stalled(String reason) {
        return new Stalled(reason);
    }

    /**
     * The usual answer to the outcome of a reconciler's only or last commit: done if it landed, since what was written comes back as an
     * event; else wait until the caches show what was in the way, or the process knows its view again; stall on what no repetition can
     * mend.
     *
     * @throws IllegalStateException when the store did not take the commit or may have: the key is tried again after a backoff
     */
    static Result after(WriteOutcome outcome) {
        return switch (outcome) {
            case WriteOutcome.Written written -> done();
            case WriteOutcome.Conflict conflict ->
                conflict.revision() > 0 ? await(conflict.revision()) : requeueAfter(CACHE_CATCHES_UP);
            case WriteOutcome.AlreadyExists exists -> requeueAfter(CACHE_CATCHES_UP);
            case WriteOutcome.NotFound gone -> requeueAfter(CACHE_CATCHES_UP);
            case WriteOutcome.Fenced fenced -> requeueAfter(VIEW_CATCHES_UP);
            case WriteOutcome.Rejected rejected -> stalled("rejected: " + rejected.violations());
            case WriteOutcome.Denied denied -> stalled("denied: " + denied.reason());
            case WriteOutcome.TooLarge large ->
                stalled("too large: " + large.key() + " has " + large.bytes() + " bytes");
            case WriteOutcome.Unknown unknown ->
                throw new IllegalStateException("unknown outcome: " + unknown.reason());
            case WriteOutcome.Unavailable unavailable ->
                throw new IllegalStateException("store unavailable: " + unavailable.reason());
        };
    }

    /** Caches are milliseconds behind; one that is this far behind is cut off, and its readers look at what they have. */
    Duration AWAIT_MAX = Duration.ofSeconds(10);

    /** A cache is usually behind its store by a few milliseconds. */
    Duration CACHE_CATCHES_UP = Duration.ofMillis(50);

    /** A fenced process looks for its view at once; a quarter of a second later it has it or is out. */
    Duration VIEW_CATCHES_UP = Duration.ofMillis(250);
}
