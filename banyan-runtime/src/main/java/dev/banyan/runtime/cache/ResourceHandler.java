package dev.banyan.runtime.cache;

import java.time.Duration;
import java.util.List;

/** Learns what an informer saw. */
@FunctionalInterface
public interface ResourceHandler<S, T> {
    /**
     * Called one event at a time, after the lister shows the change. An exception is logged and does not keep other handlers or later
     * events from being served. See {@link Informer#addHandler} for the task and the order.
     */
    void on(ResourceEvent<S, T> event);

    /** Learns what an informer saw, whole revisions at a time. */
    @FunctionalInterface
    interface OfBatches<S, T> {
        /** Called with what changed since the last batch; an exception is logged and the batch counts as delivered. */
        void on(Batch<S, T> batch);
    }

    /**
     * What changed up to and including {@code revision}: one revision for a handler that keeps up, several together for one that does not,
     * and never a part of one.
     *
     * @param events one for each key that changed, or a deletion and an addition where another object took its place
     */
    record Batch<S, T>(long revision, List<ResourceEvent<S, T>> events) {
        public Batch {
            events = List.copyOf(events);
        }
    }

    /** A handler's place at an informer, and how far the handler is. Thread-safe. */
    interface Registration extends AutoCloseable {
        /** For logs and health. */
        String name();

        /** The revision up to which the handler was told everything that it is to know. */
        long delivered();

        /** Keys of which it has still to be told something; never more than it knows or the informer holds. */
        int pending();

        /** Changes that it was not told by themselves, because their object changed again before it was ready. */
        long coalesced();

        /** How long it has been at its present batch; zero while it waits for one. */
        Duration busy();

        /** Takes the handler away: what it was not told by now it never hears. A call that runs is interrupted and may still be ending. */
        @Override
        void close();
    }
}
