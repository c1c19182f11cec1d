package dev.banyan.runtime.env;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.concurrent.locks.ReentrantLock;

/** Randomness from one seed. Forks depend on the seed and the purpose alone, not on what was drawn before. Thread-safe. */
public final class SeededRandom implements RandomSource {
    private final long seed;
    private final ReentrantLock lock = new ReentrantLock();
    private final SplittableRandom generator; // guarded by lock

    /** A source whose draws follow from {@code seed} alone. */
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

    /**
     * FNV-1a over the purpose, started from the scattered seed: stable over processes and Java versions. Without scattering, a seed and the
     * first letter of a purpose could trade places, and neighbouring seeds would share sequences.
     */
    private static long mix(long seed, String purpose) {
        long hash = scatter(seed);
        for (byte b : purpose.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
        }
        return scatter(hash);
    }

    /** The finalizer of SplitMix64: every bit of the input moves about half the bits of the output. */
    private static long scatter(long value) {
        long mixed = value + 0x9e3779b97f4a7c15L;
        mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}
