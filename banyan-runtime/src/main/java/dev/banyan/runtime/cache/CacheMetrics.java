package dev.banyan.runtime.cache;

import java.time.Duration;

/** Learns what informers do, for whatever collects figures. Called on their tasks: it must be quick and not fail. */
public interface CacheMetrics {
    /** Collects nothing. */
    CacheMetrics NONE = new CacheMetrics() {};

    /** Why an informer lists. */
    enum Cause {
        /** It had nothing. */
        START,
        /** The history that it needed is compacted. */
        COMPACTED,
        /** It or the connection was too slow. */
        BEHIND,
        /** The store's history was replaced, for example by a restore. */
        REPLACED,
        /** Somebody asked, such as an auditor that found a difference. */
        ASKED,
        /** A watch failed several times in a row. */
        FAILED
    }

    /** {@code informer} has listed {@code objects} objects. */
    default void listed(String informer, Cause cause, int objects, Duration took) {}

    /** An object was quarantined. */
    default void quarantined(String informer, Quarantined object) {}
}
