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
 */
public record QueueOptions<K>(
        Backoff backoff, Shares shares, Duration maxWait, Fairness<K> fairness, Rate rate, Rate retryRate) {
    /** How long the least urgent key waits before it goes before its lane, unless told otherwise. */
    public static final Duration MAX_WAIT = Duration.ofSeconds(10);

    /**
     * Checks the range.
     *
     * @throws IllegalArgumentException when {@code maxWait} is not positive
     */
    public QueueOptions {
        Objects.requireNonNull(backoff, "backoff");
        Objects.requireNonNull(shares, "shares");
        Objects.requireNonNull(fairness, "fairness");
        Objects.requireNonNull(rate, "rate");
        Objects.requireNonNull(retryRate, "retryRate");
        if (!maxWait.isPositive()) {
            throw new IllegalArgumentException("maxWait must be positive, not " + maxWait);
        }
    }

    /** Standard shares, {@link #MAX_WAIT}, no owners, no rates. */
    public static <K> QueueOptions<K> of(Backoff backoff) {
        return new QueueOptions<>(backoff, Shares.STANDARD, MAX_WAIT, Fairness.none(), Rate.UNLIMITED, Rate.UNLIMITED);
    }

    /** With other shares of the lanes. */
    public QueueOptions<K> shares(Shares newShares) {
        return new QueueOptions<>(backoff, newShares, maxWait, fairness, rate, retryRate);
    }

    /** With another longest wait, more than zero. */
    public QueueOptions<K> maxWait(Duration newMaxWait) {
        return new QueueOptions<>(backoff, shares, newMaxWait, fairness, rate, retryRate);
    }

    /** With other turns of the owners. */
    public QueueOptions<K> fairness(Fairness<K> newFairness) {
        return new QueueOptions<>(backoff, shares, maxWait, newFairness, rate, retryRate);
    }

    /** Limits what is not a retry. */
    public QueueOptions<K> rate(Rate newRate) {
        return new QueueOptions<>(backoff, shares, maxWait, fairness, newRate, retryRate);
    }

    /** Limits retries. */
    public QueueOptions<K> retryRate(Rate newRetryRate) {
        return new QueueOptions<>(backoff, shares, maxWait, fairness, rate, newRetryRate);
    }
}
