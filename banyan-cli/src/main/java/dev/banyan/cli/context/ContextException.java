package dev.banyan.cli.context;

/** The configuration cannot be used. The message says why and what to do, in lines. */
public final class ContextException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** {@code message} holds lines for people. */
    public ContextException(String message) {
        super(message);
    }

    /** With the failure underneath. */
    public ContextException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The lines. */
    public String words() {
        var message = getMessage();
        return message == null ? "" : message;
    }
}
