package dev.banyan.runtime.queue;

/** How urgent a due key is, the most urgent first. Lanes share the service by {@link Shares}; none waits for another to be empty. */
public enum Lane {
    /** Something changed just now. */
    FRESH,
    /** The key asked to come again: it failed, or it set itself a time. */
    RETRY,
    /** The key was there when its reader started: nothing is known to have changed since it was last looked at. */
    INITIAL,
    /** The safety net: nothing is known to have changed. */
    RESYNC;

    /** The more urgent of two. */
    public Lane orHigher(Lane other) {
        return compareTo(other) <= 0 ? this : other;
    }
}
