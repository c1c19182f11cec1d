package dev.banyan.api.identity;

/** Keys or certificates that cannot be read, written or used. */
public final class IdentityException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Says what was tried on which file or value. */
    public IdentityException(String message) {
        super(message);
    }

    /** With the failure underneath. */
    public IdentityException(String message, Throwable cause) {
        super(message, cause);
    }
}
