package dev.banyan.api.registry;

/** A registry does not do what was asked. The message names it and what it answered, in words for the one who asked. */
public final class RegistryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /** In what way. */
    public enum Kind {
        /** It has no such image. */
        NOT_FOUND,
        /** It wants to know who one is, or refuses who one is. */
        UNAUTHORISED,
        /** It does not answer, or not now: trying again can help. */
        UNREACHABLE,
        /** It answers what nobody can use. */
        OTHER
    }

    public RegistryException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public RegistryException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
