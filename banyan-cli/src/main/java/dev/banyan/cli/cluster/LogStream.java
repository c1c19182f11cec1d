package dev.banyan.cli.cluster;

import dev.banyan.api.v1.LogLine;
import java.time.Duration;

/** Log lines as they come. Read by one task, closed by any. */
public interface LogStream extends AutoCloseable {
    /** What a reader meets. */
    sealed interface Next {
        record Line(LogLine line) implements Next {}

        /** Nothing came in the time. */
        record Idle() implements Next {}

        /** Nothing will come any more. */
        record End() implements Next {}
    }

    /** The next line, waiting at most {@code atMost}; throws {@link dev.banyan.api.wire.ApiException} when the stream broke. */
    Next next(Duration atMost) throws InterruptedException;

    @Override
    void close();
}
