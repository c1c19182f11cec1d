package dev.banyan.cli.image.builder;

/** An image was not built. The message says why, with the builder's last lines. */
public final class BuildException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BuildException(String message) {
        super(message);
    }

    BuildException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Lines for people. */
    public String words() {
        return String.valueOf(getMessage());
    }
}
