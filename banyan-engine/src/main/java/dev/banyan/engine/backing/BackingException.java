package dev.banyan.engine.backing;

/** A server that the engine brings along cannot be had. The message says what was tried and what to do. */
public final class BackingException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BackingException(String message) {
        super(message);
    }

    BackingException(String message, Throwable cause) {
        super(message, cause);
    }
}
