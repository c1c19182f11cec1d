package dev.banyan.runtime.resource;

/**
 * Turns values into bytes and back. {@code decode(encode(v))} equals {@code v}; equal values encode to equal bytes, since generation
 * counts changes of bytes. Thread-safe.
 */
public interface Codec<T> {
    /** Never fails for a value of the type. */
    Bytes encode(T value);

    /**
     * Decodes; empty bytes give the type's empty value.
     *
     * @throws DecodeException when the bytes are not a value of the type
     */
    T decode(Bytes bytes);
}
