package dev.banyan.engine.planning;

import dev.banyan.runtime.controller.Result;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.WriteOutcome;

/** What a reconciler does after its commit, the same in every controller. */
public final class Outcomes {
    private Outcomes() {}

    /**
     * The result after {@code outcome}: own and foreign writes are awaited, so that the next run sees them; what may pass by itself is
     * thrown, so that the queue backs off.
     *
     * @throws WriteFailedException when trying again later can help, or nothing else can be done
     */
    public static Result retry(WriteOutcome outcome, ObjectKey subject) {
        return switch (outcome) {
            case WriteOutcome.Written written -> Result.await(written.revision());
            case WriteOutcome.Conflict conflict -> Result.await(conflict.revision());
            // Somebody was faster with the same decision; its event is on the way.
            case WriteOutcome.AlreadyExists exists -> throw new WriteFailedException(subject, outcome);
            case WriteOutcome.NotFound gone -> throw new WriteFailedException(subject, outcome);
            case WriteOutcome.Fenced fenced -> throw new WriteFailedException(subject, outcome);
            case WriteOutcome.Unknown unknown -> throw new WriteFailedException(subject, outcome);
            case WriteOutcome.Unavailable unavailable -> throw new WriteFailedException(subject, outcome);
            case WriteOutcome.Rejected rejected -> Result.stalled("refused: " + rejected.violations());
            case WriteOutcome.Denied denied -> Result.stalled("denied: " + denied.reason());
            case WriteOutcome.TooLarge large ->
                Result.stalled(large.key() + " has " + large.bytes() + " bytes, more than " + large.limit());
        };
    }

    /** A commit that did not land and may land later. */
    public static final class WriteFailedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        WriteFailedException(ObjectKey subject, WriteOutcome outcome) {
            super("write for " + subject + " did not land: " + outcome);
        }
    }
}
