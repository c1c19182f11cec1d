package dev.banyan.runtime.queue;

import java.util.Objects;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * Who shares a lane, and how. Owners of due keys take turns; in its turn an owner gets as many keys as it has weight, so one with 100,000 due
 * keys delays another by one turn and not by 100,000.
 *
 * <p>Both functions are the user's and are called under the queue's lock: quick and without waiting. A key whose owner cannot be told, since
 * the function throws or answers null, shares the turns of all such keys; an owner without a usable weight has 1.
 *
 * @param owner whose a key is, such as its namespace; depends on nothing but the key
 * @param weight keys in one turn of an owner, 1 to 100
 * @param runningMax most keys of one owner running at a time, from 1
 */
public record Fairness<K>(Function<? super K, String> owner, ToIntFunction<String> weight, int runningMax) {
    /** Longest turn of an owner. */
    static final int WEIGHT_MAX = 100;

    private static final String UNKNOWN = "";

    /**
     * Checks the range.
     *
     * @throws IllegalArgumentException when {@code runningMax} is less than 1
     */
    public Fairness {
        Objects.requireNonNull(owner, "owner");
        Objects.requireNonNull(weight, "weight");
        if (runningMax < 1) {
            throw new IllegalArgumentException("an owner may run at least one key at a time, not " + runningMax);
        }
    }

    /** All keys are one owner's: first come, first served. */
    public static <K> Fairness<K> none() {
        return new Fairness<>(key -> "", owner -> 1, Integer.MAX_VALUE);
    }

    /** Owners of equal weight, without a cap. */
    public static <K> Fairness<K> by(Function<? super K, String> owner) {
        return new Fairness<>(owner, name -> 1, Integer.MAX_VALUE);
    }

    /** Owners that get as many keys in turn as {@code newWeight} says of each. */
    public Fairness<K> weighted(ToIntFunction<String> newWeight) {
        return new Fairness<>(owner, newWeight, runningMax);
    }

    /** No owner has more than {@code newRunningMax} keys running; from 1. */
    public Fairness<K> runningAtMost(int newRunningMax) {
        return new Fairness<>(owner, weight, newRunningMax);
    }

    String ownerOf(K key) {
        try {
            return Objects.requireNonNullElse(owner.apply(key), UNKNOWN);
        } catch (RuntimeException | StackOverflowError failed) {
            return UNKNOWN;
        }
    }

    int turnOf(String name) {
        try {
            return Math.clamp(weight.applyAsInt(name), 1, WEIGHT_MAX);
        } catch (RuntimeException | StackOverflowError failed) {
            return 1;
        }
    }
}
