package dev.banyan.runtime.env;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.concurrent.locks.ReentrantLock;

/** Randomness from one seed. Forks depend on the seed and the purpose alone, not on what was drawn before. Thread-safe. */
public final class SeededRandom implements RandomSource {
    private final long seed;
    private final ReentrantLock lock = new ReentrantLock();
    private final SplittableRandom generator; // guarded by lock

    public SeededRandom(long seed) {
        this.seed = seed;
        this.generator = new SplittableRandom(seed);
    }

    @Override
    public long nextLong() {
        lock.lock();
        try {
            return generator.nextLong();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public RandomSource fork(String purpose) {
        return new SeededRandom(mix(seed, purpose));
    }

    /** FNV-1a over the purpose, started from the seed: stable over processes and Java versions. */
    private static long mix(long seed, String purpose) {
        long hash = seed ^ 0xcbf29ce484222325L;
        for (byte b : purpose.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
        }
        return hash;
    }
}
