package dev.banyan.runtime.benchmark.micro;

import dev.banyan.runtime.env.SystemEnv;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A key through the queue, by one thread. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class QueueOneThread {
    private static final int MANY = 1_000_000;

    @Param({"banyan", "client-java"})
    public String library = "";

    private KeyQueue queue = KeyQueue.of("client-java-plain", new SystemEnv());
    private Integer[] keys = new Integer[0];

    @Setup
    public void prepare() {
        queue = KeyQueue.of(library, new SystemEnv());
        keys = new Integer[MANY];
        for (int key = 0; key < MANY; key++) {
            keys[key] = key;
        }
    }

    @TearDown
    public void end() {
        queue.close();
    }

    /** One key that is always the same. */
    @Benchmark
    public Integer oneKey() throws InterruptedException {
        queue.add(keys[0]);
        var key = queue.take().orElseThrow();
        queue.done(key);
        return key;
    }

    /** A million keys in, then a million out. */
    @Benchmark
    @OperationsPerInvocation(MANY)
    public int millionKeys() throws InterruptedException {
        for (var key : keys) {
            queue.add(key);
        }
        int sum = 0;
        for (int taken = 0; taken < MANY; taken++) {
            var key = queue.take().orElseThrow();
            queue.done(key);
            sum += key;
        }
        return sum;
    }
}
