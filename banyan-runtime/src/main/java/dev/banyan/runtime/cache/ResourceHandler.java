package dev.banyan.runtime.cache;

/** Learns what an informer saw. */
@FunctionalInterface
public interface ResourceHandler<S, T> {
    /**
     * Called on the informer's own task, one event at a time, in order, after the lister shows the change. It should be quick and not block:
     * while it runs the cache stands still. An exception is logged and does not keep other handlers or later events from being served.
     */
    void on(ResourceEvent<S, T> event);
}
