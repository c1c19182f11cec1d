package dev.banyan.api.parts;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Objects;
import java.util.Optional;

/** What comes in parts, to its end. For one task. */
public final class PartInput extends InputStream {
    private final Source source;
    private ByteString part = ByteString.EMPTY;
    private int at;
    private boolean ended;

    /** From where the parts come. */
    @FunctionalInterface
    public interface Source {
        /** Waits for the next part, which may be empty; empty when there is none any more. Not asked again after that. */
        Optional<ByteString> next() throws IOException, InterruptedException;
    }

    public PartInput(Source source) {
        this.source = source;
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    /** Waits for at least one byte, and answers what is left of one part at most. */
    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (length == 0) {
            return 0;
        }
        while (at == part.size() && !ended) {
            advance();
        }
        if (at == part.size()) {
            return -1;
        }
        int read = Math.min(length, part.size() - at);
        part.substring(at, at + read).copyTo(into, offset);
        at += read;
        return read;
    }

    private void advance() throws IOException {
        try {
            var next = source.next();
            ended = next.isEmpty();
            part = next.orElse(ByteString.EMPTY);
            at = 0;
        } catch (InterruptedException cancelled) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("cancelled");
        }
    }
}
