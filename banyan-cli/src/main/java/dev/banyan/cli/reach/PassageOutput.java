package dev.banyan.cli.reach;

import com.google.protobuf.ByteString;
import dev.banyan.api.v1.ReachUp;
import dev.banyan.cli.cluster.Passage;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;

/** What is written goes through a passage in parts that are full. For one task. */
final class PassageOutput extends OutputStream {
    private static final int PART_BYTES = 32 * 1024;

    private final Passage passage;
    private final byte[] part = new byte[PART_BYTES];
    private int filled;
    private long sent;

    /** The session is over, whatever was to be written. */
    static final class Over extends IOException {
        private static final long serialVersionUID = 1L;

        Over() {
            super("the session is over");
        }
    }

    PassageOutput(Passage passage) {
        this.passage = passage;
    }

    /** How much was sent by now. */
    long sent() {
        return sent;
    }

    @Override
    public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
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

    @Override
    public void flush() throws IOException {
        if (filled == 0) {
            return;
        }
        try {
            var data = ByteString.copyFrom(part, 0, filled);
            if (!passage.send(ReachUp.newBuilder().setData(data).build())) {
                throw new Over();
            }
            sent += filled;
            filled = 0;
        } catch (InterruptedException cancelled) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("cancelled");
        }
    }
}
