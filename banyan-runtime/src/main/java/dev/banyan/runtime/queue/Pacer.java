package dev.banyan.runtime.queue;

/**
 * Keeps a {@link Rate}: a virtual schedule that every taken key moves on by one interval, and that may run ahead of the clock by the burst.
 * Stepped; not thread-safe.
 */
final class Pacer {
    private final long interval;
    private final long ahead;
    private long next; // when the schedule would allow the next key without any burst
    private boolean started;

    Pacer(Rate rate) {
        this.interval = rate.limited() ? rate.interval().toNanos() : 0;
        this.ahead = interval * (rate.burst() - 1L);
    }

    /** Whether a key may be taken at {@code now}. */
    boolean open(long now) {
        return interval == 0 || !started || opensAt() - now <= 0;
    }

    /** When a key may be taken next; only after one was. */
    long opensAt() {
        return next - ahead;
    }

    /** One key was taken at {@code now}. */
    void taken(long now) {
        if (interval > 0) {
            next = (!started || next - now < 0 ? now : next) + interval;
            started = true;
        }
    }
}
