package dev.banyan.api.parts;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Objects;

/** What is written goes out in parts that are full, and what is left of one when it is flushed. For one task. */
public final class PartOutput extends OutputStream {
    /** As much as one message of a session may carry. */
    public static final int PART_BYTES = 32 * 1024;

    private final Sink sink;
    private final byte[] part = new byte[PART_BYTES];
    private int filled;

    /** Whereto the parts go. */
    @FunctionalInterface
    public interface Sink {
        /** Sends a part, which is never empty, waiting while the other side is slow; false when nobody takes any more. */
        boolean send(ByteString part) throws IOException, InterruptedException;
    }

    /** Nobody takes any more of it. */
    public static final class Over extends IOException {
        private static final long serialVersionUID = 1L;

        Over() {
            super("the session is over");
        }
    }

    public PartOutput(Sink sink) {
        this.sink = sink;
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    /** @throws Over when nobody takes any more */
    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        int at = offset;
        for (int left = length; left > 0; ) {
            int more = Math.min(left, part.length - filled);
            System.arraycopy(bytes, at, part, filled, more);
            filled += more;
            at += more;
            left -= more;
            if (filled == part.length) {
                flush();
            }
        }
    }

    /** @throws Over when nobody takes any more */
    @Override
    public void flush() throws IOException {
        if (filled == 0) {
            return;
        }
        var data = ByteString.copyFrom(part, 0, filled);
        // What was not taken is not sent a second time by who closes the stream after the failure.
        filled = 0;
        try {
            if (!sink.send(data)) {
                throw new Over();
            }
        } catch (InterruptedException cancelled) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("cancelled");
        }
    }
}
