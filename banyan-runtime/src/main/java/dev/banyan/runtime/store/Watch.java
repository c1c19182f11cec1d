package dev.banyan.runtime.store;

import java.time.Duration;
import java.util.Optional;

/** An open watch: read by one task, closed by any. Its buffer is bounded; a reader that falls too far behind gets a resync. */
public interface Watch extends AutoCloseable {
    /**
     * The next batch, waiting for it. After {@link WatchBatch.Resync} or {@link WatchBatch.Closed} every call answers the same again.
     *
     * @throws StoreException DENIED when the right to read was taken away; a later call tries again where it was
     */
    WatchBatch next() throws InterruptedException;

    /** The next batch, waiting at most {@code timeout}. */
    Optional<WatchBatch> next(Duration timeout) throws InterruptedException;

    @Override
    void close();
}
