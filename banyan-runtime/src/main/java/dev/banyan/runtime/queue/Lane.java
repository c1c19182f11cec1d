package dev.banyan.runtime.queue;

/** How urgent a due key is; the order of the constants is the order of service. */
public enum Lane {
    /** Something changed just now. */
    FRESH,
    /** The key asked to come again: it failed, or it set itself a time. */
    RETRY,
    /** The safety net: nothing is known to have changed. */
    RESYNC;

    /** The more urgent of two. */
    public Lane orHigher(Lane other) {
        return compareTo(other) <= 0 ? this : other;
    }
}
