package dev.banyan.cli.reach;

import com.google.protobuf.ByteString;
import dev.banyan.api.v1.ReachOutcome;
import dev.banyan.cli.cluster.Passage;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The data that comes through a passage, to its end. For one task. */
final class PassageInput extends InputStream {
    private static final Duration PACE = Duration.ofSeconds(10);

    private final Passage passage;
    private final Consumer<String> notes;
    private ByteString part = ByteString.EMPTY;
    private int at;
    private boolean ended;
    private @Nullable ReachOutcome outcome;

    /** @param notes is told the other side's words */
    PassageInput(Passage passage, Consumer<String> notes) {
        this.passage = passage;
        this.notes = notes;
    }

    /** How the session ended, once its data has; waits for that. */
    ReachOutcome outcome() throws IOException {
        while (outcome == null) {
            next();
        }
        return Optional.ofNullable(outcome).orElseThrow();
    }

    @Override
    public int read() throws IOException {
        var one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        while (at == part.size() && !ended) {
            next();
        }
        if (at == part.size()) {
            return -1;
        }
        int read = Math.min(length, part.size() - at);
        part.substring(at, at + read).copyTo(into, offset);
        at += read;
        return read;
    }

    private void next() throws IOException {
        try {
            var received = passage.receive(PACE);
            if (received.isEmpty()) {
                return;
            }
            switch (received.get().getPartCase()) {
                case DATA -> {
                    part = received.get().getData();
                    at = 0;
                }
                case NOTE -> notes.accept(received.get().getNote());
                case END -> ended = true;
                case OUTCOME -> {
                    outcome = received.get().getOutcome();
                    ended = true;
                }
                case OPENED, ERRORS, ELSEWHERE, PROBED, PART_NOT_SET -> {}
            }
        } catch (InterruptedException cancelled) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("cancelled");
        }
    }
}
