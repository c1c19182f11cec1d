package dev.banyan.api.wire;

import io.grpc.Status;
import java.util.Optional;

/** Why a call failed: the {@code reason} of the error's {@code google.rpc.ErrorInfo}, with the gRPC status that carries it. */
public enum Reason {
    /** Written since it was read. */
    CONFLICT(Status.Code.ABORTED),
    /** A created key is taken. */
    ALREADY_EXISTS(Status.Code.ALREADY_EXISTS),
    /** What was named does not exist. */
    NOT_FOUND(Status.Code.NOT_FOUND),
    /** The content is refused; the violations say where and why. */
    REJECTED(Status.Code.INVALID_ARGUMENT),
    /** The caller may not do this. */
    DENIED(Status.Code.PERMISSION_DENIED),
    /** The caller has shown no certificate, or one that is not of this cluster. */
    UNAUTHENTICATED(Status.Code.UNAUTHENTICATED),
    /** The caller acted under a right that it lost. */
    FENCED(Status.Code.FAILED_PRECONDITION),
    /** An object or message exceeds its limit. */
    TOO_LARGE(Status.Code.INVALID_ARGUMENT),
    /** The write may have landed or not. */
    OUTCOME_UNKNOWN(Status.Code.UNKNOWN),
    /** Not reachable or still behind; nothing was done. */
    UNAVAILABLE(Status.Code.UNAVAILABLE),
    /** Too many calls at once; nothing was done, later it may be. */
    OVERLOADED(Status.Code.RESOURCE_EXHAUSTED),
    /** The wanted revision is no longer kept. */
    COMPACTED(Status.Code.OUT_OF_RANGE),
    /** Something stored or sent cannot be understood. */
    CORRUPT(Status.Code.DATA_LOSS),
    /** A defect of the server; its log has more. */
    INTERNAL(Status.Code.INTERNAL);

    private final Status.Code code;

    Reason(Status.Code code) {
        this.code = code;
    }

    /** The gRPC status under which it travels. */
    public Status.Code code() {
        return code;
    }

    static Optional<Reason> named(String name) {
        for (var reason : values()) {
            if (reason.name().equals(name)) {
                return Optional.of(reason);
            }
        }
        return Optional.empty();
    }
}
