package dev.banyan.runtime.store;

/** A read that the store could not answer. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What kind of failure it is: decides whether trying again can help. */
    public enum Reason {
        /** Not reachable, overloaded or still behind; trying again can help. */
        UNAVAILABLE,
        /** The wanted revision is no longer kept; list at another one. */
        COMPACTED,
        /** The caller may not read this. */
        DENIED,
        /** The store answered something that cannot be understood. */
        CORRUPT
    }

    private final Reason reason;

    /** Says what was read, from where, and why it failed. */
    public StoreException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /** With the failure underneath. */
    public StoreException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** What kind of failure it is. */
    public Reason reason() {
        return reason;
    }
}
