package dev.banyan.cli.output;

import dev.banyan.api.wire.Reason;
import dev.banyan.runtime.store.StoreException;

/** How the program ends: the one table of exit codes. */
public enum ExitCode {
    /** All is as wanted. */
    OK(0),
    /** It was tried and it failed. */
    FAILED(1),
    /** The words on the command line, or the settings, make no sense. */
    USAGE(2),
    /** The manifest is wrong; nothing was changed. */
    INVALID(3),
    /** No agent can take a replica. */
    UNSCHEDULABLE(4),
    /** This user may not do that. */
    DENIED(5),
    /** No engine answers. */
    UNREACHABLE(6),
    /** Not there yet when time was over; the cluster goes on. */
    TIMEOUT(7),
    /** Somebody else changed the same thing. */
    CONFLICT(8),
    /** Interrupted while watching; the cluster goes on. */
    INTERRUPTED(130);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    /** What the shell sees. */
    public int number() {
        return number;
    }

    /** For a call that the engine refused or did not answer. */
    public static ExitCode of(Reason reason) {
        return switch (reason) {
            case CONFLICT, ALREADY_EXISTS, FENCED -> CONFLICT;
            case NOT_FOUND -> USAGE;
            case REJECTED, TOO_LARGE -> INVALID;
            case DENIED, UNAUTHENTICATED -> DENIED;
            case UNAVAILABLE, OVERLOADED -> UNREACHABLE;
            case OUTCOME_UNKNOWN, COMPACTED, CORRUPT, INTERNAL -> FAILED;
        };
    }

    /** For a read that failed. */
    public static ExitCode of(StoreException.Reason reason) {
        return switch (reason) {
            case UNAVAILABLE -> UNREACHABLE;
            case DENIED -> DENIED;
            case COMPACTED, CORRUPT -> FAILED;
        };
    }
}
