package dev.banyan.api.config;

/** A verb of a daemon failed; the message is a sentence for the person who typed it. */
public final class DaemonFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public DaemonFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
