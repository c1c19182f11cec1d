package dev.banyan.runtime.store.etcd;

import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.StoreException.Reason;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Locale;

/** A call that etcd did not answer, sorted by what that says about its effect. */
final class EtcdException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What is known after the failure. */
    enum Kind {
        /** It never left this process. */
        NOT_SENT,
        /** It may have taken effect, and may still. */
        UNCERTAIN,
        /** Refused for overload, without effect. */
        OVERLOADED,
        /** Refused: the revision is compacted. */
        COMPACTED,
        /** Refused: the member, or the history, has not reached the revision. */
        FUTURE,
        /** Refused: the database is full. */
        FULL,
        /** Refused: the token is not valid any more. */
        STALE_TOKEN,
        /** Refused: not allowed. */
        DENIED,
        /** The answer is larger than a message may be. */
        ANSWER_TOO_LARGE,
        /** Refused as malformed: a defect on this side. */
        INVALID
    }

    private final Kind kind;

    EtcdException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** Sorts a failed call; {@code sent} is false when it certainly never left this process. */
    static EtcdException of(String endpoint, StatusRuntimeException failure, boolean sent, Diagnosis diagnosis) {
        var status = failure.getStatus();
        return new EtcdException(
                sent ? kindOf(status) : Kind.NOT_SENT, endpoint + " (" + diagnosis.explain(status) + ")", failure);
    }

    Kind kind() {
        return kind;
    }

    /** True when another endpoint, or the same one later, may answer a read. */
    boolean passing() {
        return switch (kind) {
            case NOT_SENT, UNCERTAIN, OVERLOADED, STALE_TOKEN -> true;
            case COMPACTED, FUTURE, FULL, DENIED, ANSWER_TOO_LARGE, INVALID -> false;
        };
    }

    /** True when nothing but time was short. */
    boolean late() {
        return getCause() instanceof StatusRuntimeException failure
                && failure.getStatus().getCode() == Status.Code.DEADLINE_EXCEEDED;
    }

    StoreException forReader(String what) {
        var reason =
                switch (kind) {
                    case COMPACTED -> Reason.COMPACTED;
                    case DENIED -> Reason.DENIED;
                    case INVALID, ANSWER_TOO_LARGE -> Reason.CORRUPT;
                    case NOT_SENT, UNCERTAIN, OVERLOADED, FUTURE, FULL, STALE_TOKEN -> Reason.UNAVAILABLE;
                };
        return new StoreException(reason, "etcd could not " + what + ": " + getMessage(), this);
    }

    /** What a failure says of the effect of a call that was sent. */
    static Kind kindOf(Status status) {
        var text = text(status).toLowerCase(Locale.ROOT);
        if (text.contains("too many requests")) {
            return Kind.OVERLOADED; // comes as UNKNOWN from 3.4, as RESOURCE_EXHAUSTED from newer servers
        }
        if (text.contains("auth token") || text.contains("auth store is old") || text.contains("user name is empty")) {
            return Kind.STALE_TOKEN;
        }
        if (text.contains("authentication failed") || text.contains("authentication is not enabled")) {
            return Kind.DENIED;
        }
        return switch (status.getCode()) {
            case OUT_OF_RANGE -> text.contains("compacted") ? Kind.COMPACTED : Kind.FUTURE;
            case RESOURCE_EXHAUSTED -> text.contains("space exceeded") ? Kind.FULL : Kind.ANSWER_TOO_LARGE;
            case PERMISSION_DENIED, UNAUTHENTICATED -> Kind.DENIED;
            case INVALID_ARGUMENT, UNIMPLEMENTED, FAILED_PRECONDITION, NOT_FOUND -> Kind.INVALID;
            case OK, CANCELLED, UNKNOWN, DEADLINE_EXCEEDED, ALREADY_EXISTS, ABORTED, INTERNAL, UNAVAILABLE, DATA_LOSS ->
                Kind.UNCERTAIN;
        };
    }

    private static String text(Status status) {
        return String.valueOf(status.getDescription());
    }
}
