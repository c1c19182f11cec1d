package dev.banyan.runtime.store;

/** Which state of the store a read wants. */
public sealed interface ReadAt {
    /** The newest state: the read is linearizable. */
    ReadAt LATEST = new Latest();

    /** See {@link #LATEST}. */
    record Latest() implements ReadAt {}

    /** Any state that contains {@code revision}; waits a bounded time for a store that is behind. May be served from a cache. */
    record AtLeast(long revision) implements ReadAt {}

    /** The state at exactly {@code revision}; fails once that is compacted. */
    record Exactly(long revision) implements ReadAt {}
}
