package dev.banyan.runtime.controller;

import dev.banyan.runtime.store.Store;

/** Brings the world a step closer to what one object asks for. */
@FunctionalInterface
public interface Reconciler {
    /**
     * Reads, plans, applies, and says what next. Called on a task of its own, for different keys at the same time.
     *
     * @throws InterruptedException when the deadline passed or the controller stops
     * @throws Exception when it failed: the key is tried again after a backoff
     */
    Result reconcile(Request request) throws Exception;

    /**
     * A reconciler whose controller knows what it wrote: the key's next reconcile waits until the caches show it, and events of its own writes
     * are told from those of others.
     */
    @FunctionalInterface
    interface Writing {
        /**
         * Like {@link Reconciler#reconcile}.
         *
         * @param store the controller's store for this one reconcile; what is committed elsewhere is not known to the controller
         */
        Result reconcile(Request request, Store store) throws Exception;
    }
}
