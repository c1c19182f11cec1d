package dev.banyan.runtime.env;

import java.util.random.RandomGenerator;

/** Seedable randomness. Forks are independent, so a new draw for one purpose does not shift the draws of another. Thread-safe. */
public interface RandomSource extends RandomGenerator {
    /** A source of its own for {@code purpose}; the same purpose gives the same sequence under the same seed. */
    RandomSource fork(String purpose);
}
