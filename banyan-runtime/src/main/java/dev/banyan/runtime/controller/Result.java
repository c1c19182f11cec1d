package dev.banyan.runtime.controller;

import dev.banyan.runtime.store.WriteOutcome;
import java.time.Duration;
import java.util.Objects;

/** What a reconciler asks for next. All of them end a streak of failures. */
public sealed interface Result {
    /** Nothing until something changes. */
    record Done() implements Result {}

    /** Come again after {@code delay}, or earlier if something changes. */
    record RequeueAfter(Duration delay) implements Result {
        public RequeueAfter {
            Objects.requireNonNull(delay, "delay");
        }
    }

    /** Come again once every informer of the controller shows {@code revision}, and not before: what is read until then is known to be old. */
    record Await(long revision) implements Result {}

    /** It cannot go on and trying again does not help; only an event makes it run again. */
    record Stalled(String reason) implements Result {
        public Stalled {
            Objects.requireNonNull(reason, "reason");
        }
    }

    static Result done() {
        return new Done();
    }

    static Result requeueAfter(Duration delay) {
        return new RequeueAfter(delay);
    }

    static Result await(long revision) {
        return new Await(revision);
    }

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

    /** A cache is usually behind its store by a few milliseconds. */
    Duration CACHE_CATCHES_UP = Duration.ofMillis(50);

    /** A fenced process looks for its view at once; a quarter of a second later it has it or is out. */
    Duration VIEW_CATCHES_UP = Duration.ofMillis(250);
}
