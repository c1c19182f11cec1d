package dev.banyan.runtime.simulation.disk;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** The bytes of one file, growing. */
final class Content {
    private byte[] bytes = new byte[0];
    private int size;

    int size() {
        return size;
    }

    /** Makes it what {@code other} is. */
    void become(Content other) {
        bytes = Arrays.copyOf(other.bytes, other.size);
        size = other.size;
    }

    /** Puts bytes at a place; what lies between the old end and there becomes zero. */
    void write(long at, byte[] written) {
        int end = Math.toIntExact(at + written.length);
        grow(end);
        System.arraycopy(written, 0, bytes, Math.toIntExact(at), written.length);
    }

    /** Makes it at least {@code end} long. */
    void grow(int end) {
        if (end > bytes.length) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(end, 2L * bytes.length)));
        }
        size = Math.max(size, end);
    }

    /** Cuts it to {@code length} if it is longer. */
    void truncate(long length) {
        if (length < size) {
            Arrays.fill(bytes, Math.toIntExact(length), size, (byte) 0);
            size = Math.toIntExact(length);
        }
    }

    /** Reads as much as is there; -1 at the end. */
    int read(long at, ByteBuffer into) {
        if (at >= size) {
            return -1;
        }
        int length = Math.toIntExact(Math.min(into.remaining(), size - at));
        into.put(bytes, Math.toIntExact(at), length);
        return length;
    }
}
