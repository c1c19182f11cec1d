package dev.banyan.runtime.resource;

/** Bytes that are no value of the wanted type. Readers quarantine the object; nothing may be decided from its content or absence. */
public final class DecodeException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Says what was decoded and why it failed. */
    public DecodeException(String message, Throwable cause) {
        super(message, cause);
    }
}
