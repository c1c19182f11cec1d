package dev.banyan.runtime.benchmark.measure;

import dev.banyan.runtime.env.Env;
import java.lang.management.ManagementFactory;
import java.time.Duration;

/** What lives on the heap. */
public final class Heap {
    private static final int LOOKS = 4;

    private Heap() {}

    /** Bytes in use after collections, the least of several looks. */
    public static long live(Env env) throws InterruptedException {
        long least = Long.MAX_VALUE;
        var memory = ManagementFactory.getMemoryMXBean();
        for (int look = 0; look < LOOKS; look++) {
            memory.gc();
            env.signal().await(Duration.ofMillis(100)); // references are cleared by a thread of their own
            least = Math.min(least, memory.getHeapMemoryUsage().getUsed());
        }
        return least;
    }
}
