package dev.banyan.runtime.cache;

import java.time.Duration;

/** A handler's place at an informer, and how far the handler is. Thread-safe. */
public interface Registration extends AutoCloseable {
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
