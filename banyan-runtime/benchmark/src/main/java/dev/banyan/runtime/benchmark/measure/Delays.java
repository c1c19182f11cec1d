package dev.banyan.runtime.benchmark.measure;

import java.util.Arrays;
import java.util.Collection;

/** Delays in nanoseconds, in order. */
public final class Delays {
    private final long[] sorted;

    private Delays(long[] sorted) {
        this.sorted = sorted;
    }

    public static Delays of(Collection<Long> nanos) {
        return of(nanos.stream().mapToLong(Long::longValue).toArray());
    }

    /** Takes a copy. */
    public static Delays of(long[] nanos) {
        var sorted = nanos.clone();
        Arrays.sort(sorted);
        return new Delays(sorted);
    }

    /** The delay that {@code share} of all do not exceed, in milliseconds; 0 when there is none. */
    public double millis(double share) {
        return sorted.length == 0 ? 0 : sorted[(int) Math.min(sorted.length - 1, sorted.length * share)] / 1e6;
    }

    /** Tells median, 99th percentile and the most. */
    public void tell(String name) {
        Figure.tell(name + " p50", millis(0.5), "ms");
        Figure.tell(name + " p99", millis(0.99), "ms");
        Figure.tell(name + " most", millis(1), "ms");
    }
}
