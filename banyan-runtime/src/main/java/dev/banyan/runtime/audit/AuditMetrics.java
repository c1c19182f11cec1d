package dev.banyan.runtime.audit;

/** Learns what an auditor finds, for whatever collects figures. Called on its task: it must be quick and not fail. */
public interface AuditMetrics {
    /** Collects nothing. */
    AuditMetrics NONE = new AuditMetrics() {};

    /** A stretch of {@code cache} was compared: {@code keys} keys of the store, of which {@code differences} are wrong in the cache. */
    default void compared(String cache, int keys, int differences) {}

    /** The store could not say how it was at the revision that {@code cache} shows. */
    default void skipped(String cache) {}
}
