package dev.banyan.runtime.queue;

import dev.banyan.runtime.env.RandomSource;
import java.time.Duration;

/**
 * How long to wait after the n-th failure in a row: doubling from {@code initial} to {@code max}, shortened by a random part so that keys
 * that failed together do not come back together. Thread-safe when its random source is.
 */
public final class Backoff {
    /** Share of each delay that is random. A fifth spreads a herd without making the first retry noticeably early. */
    private static final double JITTER = 0.2;

    /** Beyond this many doublings a delay no longer fits a long; {@code max} is reached far earlier. */
    private static final int DOUBLINGS_MAX = 40;

    /** Sixteen times its place is rare enough. */
    private static final int HELD_DOUBLINGS_MAX = 4;

    private final long initialNanos;
    private final long maxNanos;
    private final RandomSource random;

    private Backoff(long initialNanos, long maxNanos, RandomSource random) {
        this.initialNanos = initialNanos;
        this.maxNanos = maxNanos;
        this.random = random;
    }

    /**
     * From {@code initial}, more than zero, to {@code max}, not less than {@code initial} and at most 24 hours.
     *
     * @throws IllegalArgumentException when the two are out of range
     */
    public static Backoff of(Duration initial, Duration max, RandomSource random) {
        if (!initial.isPositive() || max.compareTo(initial) < 0 || max.compareTo(Duration.ofHours(24)) > 0) {
            throw new IllegalArgumentException("a backoff from " + initial + " to " + max);
        }
        return new Backoff(initial.toNanos(), max.toNanos(), random);
    }

    /** What controllers use unless told otherwise: 5 ms to 1 minute. */
    public static Backoff standard(RandomSource random) {
        return of(Duration.ofMillis(5), Duration.ofMinutes(1), random);
    }

    /**
     * The delay after {@code failures} failures in a row, the last of which took its place for {@code held}: at least as long, doubling a few
     * times, so that keys that hang do not fill all places again at once.
     */
    public Duration after(int failures, Duration held) {
        long doubled = held.toNanos() << Math.clamp(failures - 1L, 0, HELD_DOUBLINGS_MAX);
        var least = Duration.ofNanos(Math.max(held.toNanos(), Math.min(doubled, maxNanos)));
        var delay = after(failures);
        return delay.compareTo(least) < 0 ? least : delay;
    }

    /** The delay after {@code failures} failures in a row, counted from 1: between four fifths and the whole of the doubled value. */
    public Duration after(int failures) {
        int doublings = Math.clamp(failures - 1L, 0, DOUBLINGS_MAX);
        long full = initialNanos > (maxNanos >> doublings) ? maxNanos : initialNanos << doublings;
        return Duration.ofNanos(full - (long) (full * JITTER * random.nextDouble()));
    }
}
