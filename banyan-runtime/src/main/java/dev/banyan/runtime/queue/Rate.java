package dev.banyan.runtime.queue;

import java.time.Duration;

/**
 * How many keys may be taken: {@code burst} at once, then one every {@code interval}.
 *
 * @param interval zero for no limit, else at most a day
 * @param burst 1 to 1,000,000; all of it is earned again within a year at most
 */
public record Rate(Duration interval, int burst) {
    private static final int BURST_MAX = 1_000_000;
    private static final Duration REFILL_MAX = Duration.ofDays(365); // keeps nanoseconds within a long

    /** No limit. */
    public static final Rate UNLIMITED = new Rate(Duration.ZERO, 1);

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException when one is out of range
     */
    public Rate {
        if (interval.isNegative() || interval.compareTo(Duration.ofDays(1)) > 0 || burst < 1 || burst > BURST_MAX) {
            throw new IllegalArgumentException("a rate has an interval of zero to a day and a burst of 1 to "
                    + BURST_MAX + ", not " + interval + " and " + burst);
        }
        if (interval.multipliedBy(burst).compareTo(REFILL_MAX) > 0) {
            throw new IllegalArgumentException(
                    "a burst of " + burst + " every " + interval + " takes more than a year to earn");
        }
    }

    /**
     * So many each second, {@code burst} at once.
     *
     * @param keys more than 0, at most 1,000,000
     */
    public static Rate perSecond(double keys, int burst) {
        if (!(keys > 0) || keys > 1_000_000) {
            throw new IllegalArgumentException("a rate is more than 0 and at most 1,000,000 a second, not " + keys);
        }
        return new Rate(Duration.ofNanos((long) (Duration.ofSeconds(1).toNanos() / keys)), burst);
    }

    boolean limited() {
        return !interval.isZero();
    }
}
