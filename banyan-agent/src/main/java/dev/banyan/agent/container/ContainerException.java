package dev.banyan.agent.container;

import java.util.Objects;

/** A container runtime did not do what was asked. The message says what was tried, on what, and what the runtime answered. */
public final class ContainerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What went wrong, so far as a caller acts upon it. */
    public enum Kind {
        /** The sandbox, container or image is not there. */
        NOT_FOUND,
        /** It is there, but does not belong to this cluster; nothing was touched. */
        NOT_OWNED,
        /** Another sandbox or container holds the name and attempt. */
        NAME_RESERVED,
        /** The request can never succeed as it is. */
        INVALID,
        /** The runtime cannot be reached, is starting, or did not answer in time: trying again later can help. */
        UNAVAILABLE,
        /** Anything else; trying again may help. */
        FAILED
    }

    private final Kind kind;

    public ContainerException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = Objects.requireNonNull(kind, "kind");
    }

    public ContainerException(Kind kind, String message) {
        super(message);
        this.kind = Objects.requireNonNull(kind, "kind");
    }

    public Kind kind() {
        return kind;
    }
}
