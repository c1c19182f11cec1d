package dev.banyan.agent.host;

/** The server did not do what it was asked: the message names what was tried and on what. */
public final class HostException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String reason;

    public HostException(String message) {
        super(message);
        this.reason = message;
    }

    public HostException(String message, Throwable cause) {
        super(message, cause);
        this.reason = message;
    }

    /** The message. */
    public String reason() {
        return reason;
    }
}
