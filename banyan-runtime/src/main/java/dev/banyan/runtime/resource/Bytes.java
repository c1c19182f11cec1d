package dev.banyan.runtime.resource;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** An immutable byte string with equality by content. Safe to share between threads. */
public final class Bytes {
    /** The byte string of length zero. */
    public static final Bytes EMPTY = new Bytes(new byte[0]);

    private final byte[] content;

    private Bytes(byte[] content) {
        this.content = content;
    }

    /** Copies {@code content}; later changes of the array are not seen. */
    public static Bytes copyOf(byte[] content) {
        return content.length == 0 ? EMPTY : new Bytes(content.clone());
    }

    /** The UTF-8 bytes of {@code text}. */
    public static Bytes utf8(String text) {
        return copyOf(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Length in bytes. */
    public int size() {
        return content.length;
    }

    /** Whether there is no byte. */
    public boolean isEmpty() {
        return content.length == 0;
    }

    /** A fresh copy of the bytes. */
    public byte[] toByteArray() {
        return content.clone();
    }

    /** A read-only view without a copy; position 0, limit {@link #size()}. */
    public ByteBuffer buffer() {
        return ByteBuffer.wrap(content).asReadOnlyBuffer();
    }

    /** The bytes read as UTF-8; malformed input becomes the replacement character. */
    public String toUtf8() {
        return new String(content, StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes that && Arrays.equals(content, that.content);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(content);
    }

    /** Names the length only: a byte string may hold a secret. */
    @Override
    public String toString() {
        return "Bytes[" + content.length + "]";
    }
}
