package dev.banyan.runtime.controller;

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
}
