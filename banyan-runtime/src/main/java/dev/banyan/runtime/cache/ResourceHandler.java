package dev.banyan.runtime.cache;

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
}
