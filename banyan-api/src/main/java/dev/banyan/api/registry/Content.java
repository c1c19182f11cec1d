package dev.banyan.api.registry;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.LongConsumer;

/** Bytes that must be those that their digest names: reading them to the end fails when they are not. For one thread at a time. */
final class Content extends FilterInputStream {
    private final Descriptor expected;
    private final MessageDigest digest;
    private final LongConsumer moved;
    private long count;

    /** {@code moved} is told how many bytes were read at each reading. */
    Content(InputStream bytes, Descriptor expected, LongConsumer moved) {
        super(bytes);
        this.expected = expected;
        this.digest = sha256();
        this.moved = moved;
    }

    /** The bytes are not those; trying again does not help. */
    static final class WrongException extends IOException {
        private static final long serialVersionUID = 1L;

        WrongException(String message) {
            super(message);
        }
    }

    static String digest(byte[] bytes) {
        return "sha256:" + HexFormat.of().formatHex(sha256().digest(bytes));
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        int read = super.read(buffer, offset, length);
        if (read < 0) {
            check();
            return read;
        }
        count += read;
        if (count > expected.size()) {
            throw new WrongException(expected.digest() + " is longer than the " + expected.size() + " bytes told");
        }
        digest.update(buffer, offset, read);
        moved.accept(read);
        if (count == expected.size()) {
            check();
        }
        return read;
    }

    private void check() throws IOException {
        if (count != expected.size()) {
            throw new IOException(expected.digest() + " ends after " + count + " of " + expected.size() + " bytes");
        }
        // At the end it may be asked again and again.
        var actual = "sha256:" + HexFormat.of().formatHex(copy().digest());
        if (!actual.equals(expected.digest())) {
            throw new WrongException("what was sent as " + expected.digest() + " is " + actual);
        }
    }

    private MessageDigest copy() {
        try {
            return (MessageDigest) digest.clone();
        } catch (CloneNotSupportedException impossible) {
            throw new IllegalStateException("every JDK clones SHA-256", impossible);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every JDK has SHA-256", missing);
        }
    }
}
