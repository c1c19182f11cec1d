package dev.banyan.cli.reach;

import com.google.protobuf.ByteString;
import dev.banyan.api.parts.PartInput;
import dev.banyan.api.v1.ReachOutcome;
import dev.banyan.cli.cluster.Passage;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** The data that comes through a passage, and how the session ended behind it. For one task. */
final class PassageParts implements PartInput.Source {
    private static final Duration PACE = Duration.ofSeconds(10);

    private final Passage passage;
    private final Consumer<String> notes;
    private Optional<ReachOutcome> outcome = Optional.empty();

    /** @param notes is told the other side's words */
    PassageParts(Passage passage, Consumer<String> notes) {
        this.passage = passage;
        this.notes = notes;
    }

    /** How the session ended; waits for that, and passes over data that nobody has read. */
    ReachOutcome outcome() throws IOException {
        try {
            while (outcome.isEmpty()) {
                var _ = received();
            }
            return outcome.get();
        } catch (InterruptedException cancelled) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("cancelled");
        }
    }

    @Override
    public Optional<ByteString> next() throws InterruptedException {
        return outcome.isPresent() ? Optional.empty() : received();
    }

    /** Data, which may be empty; empty when no more will come. */
    private Optional<ByteString> received() throws InterruptedException {
        var received = passage.receive(PACE);
        if (received.isEmpty()) {
            return Optional.of(ByteString.EMPTY);
        }
        return switch (received.get().getPartCase()) {
            case DATA -> Optional.of(received.get().getData());
            case NOTE -> {
                notes.accept(received.get().getNote());
                yield Optional.of(ByteString.EMPTY);
            }
            case END -> Optional.empty();
            case OUTCOME -> {
                outcome = Optional.of(received.get().getOutcome());
                yield Optional.empty();
            }
            case OPENED, ERRORS, ELSEWHERE, PROBED, FACTS, PART_NOT_SET -> Optional.of(ByteString.EMPTY);
        };
    }
}
