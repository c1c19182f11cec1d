package dev.banyan.agent.container.daemon;

/** containerd cannot be had as it must be. The message says what was tried and what to do. */
public final class DaemonException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DaemonException(String message) {
        super(message);
    }

    DaemonException(String message, Throwable cause) {
        super(message, cause);
    }
}
