package dev.banyan.runtime.queue;

import java.time.Duration;
import java.util.Objects;

/**
 * How a {@link WorkQueue} serves. Immutable.
 *
 * @param backoff how long failing keys wait
 * @param shares how lanes share the service
 * @param maxWait a key that is due for longer goes before its lane: see {@link WorkQueue}; more than zero
 * @param fairness how owners share a lane
 * @param rate most keys taken from all lanes but {@link Lane#RETRY}
 * @param retryRate most keys taken from {@link Lane#RETRY}
 * @param debounce two runs of one key start at least this far apart: the first of many changes is served at once, those that follow it
 *     together; zero to {@link #DEBOUNCE_MAX}
 */
public record QueueOptions<K>(
        Backoff backoff,
        Shares shares,
        Duration maxWait,
        Fairness<K> fairness,
        Rate rate,
        Rate retryRate,
        Duration debounce) {
    /** How long the least urgent key waits before it goes before its lane, unless told otherwise. */
    public static final Duration MAX_WAIT = Duration.ofSeconds(10);

    private static final Duration WAIT_LIMIT = Duration.ofDays(1);

    /** Longest window of changes that are served together; whoever wants a longer one asks to come again instead. */
    public static final Duration DEBOUNCE_MAX = Duration.ofMinutes(5);

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException when {@code maxWait} is not 1 ns to a day or {@code debounce} out of range
     */
    public QueueOptions {
        Objects.requireNonNull(backoff, "backoff");
        Objects.requireNonNull(shares, "shares");
        Objects.requireNonNull(fairness, "fairness");
        Objects.requireNonNull(rate, "rate");
        Objects.requireNonNull(retryRate, "retryRate");
        if (!maxWait.isPositive() || maxWait.compareTo(WAIT_LIMIT) > 0) {
            throw new IllegalArgumentException("a queue's maxWait must be positive and at most a day, not " + maxWait
                    + ": it is how long the least urgent key waits before it goes before others");
        }
        if (debounce.isNegative() || debounce.compareTo(DEBOUNCE_MAX) > 0) {
            throw new IllegalArgumentException("a queue's debounce is zero to " + DEBOUNCE_MAX + ", not " + debounce
                    + ": it is how far apart two runs of one key start at least");
        }
    }

    /** Standard shares, {@link #MAX_WAIT}, no owners, no rates, no debounce. */
    public static <K> QueueOptions<K> of(Backoff backoff) {
        return new QueueOptions<>(
                backoff, Shares.STANDARD, MAX_WAIT, Fairness.none(), Rate.UNLIMITED, Rate.UNLIMITED, Duration.ZERO);
    }

    /** With other shares of the lanes. */
    public QueueOptions<K> shares(Shares newShares) {
        return new QueueOptions<>(backoff, newShares, maxWait, fairness, rate, retryRate, debounce);
    }

    /** With another longest wait, more than zero. */
    public QueueOptions<K> maxWait(Duration newMaxWait) {
        return new QueueOptions<>(backoff, shares, newMaxWait, fairness, rate, retryRate, debounce);
    }

    /** With other turns of the owners. */
    public QueueOptions<K> fairness(Fairness<K> newFairness) {
        return new QueueOptions<>(backoff, shares, maxWait, newFairness, rate, retryRate, debounce);
    }

    /** Limits what is not a retry. */
    public QueueOptions<K> rate(Rate newRate) {
        return new QueueOptions<>(backoff, shares, maxWait, fairness, newRate, retryRate, debounce);
    }

    /** Limits retries. */
    public QueueOptions<K> retryRate(Rate newRetryRate) {
        return new QueueOptions<>(backoff, shares, maxWait, fairness, rate, newRetryRate, debounce);
    }

    /** Serves changes of one key that come within {@code newDebounce} of its last start together. */
    public QueueOptions<K> debounce(Duration newDebounce) {
        return new QueueOptions<>(backoff, shares, maxWait, fairness, rate, retryRate, newDebounce);
    }
}
