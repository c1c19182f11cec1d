package dev.banyan.runtime.benchmark.micro;

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

/** Reads and changes of a cache of 10,000 objects with one index of 100 groups. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CacheOperations {
    private static final int OBJECTS = 10_000;
    private static final int CHANGES = 1_000;
    private static final int STEP = 7_919; // a prime: no two reads in a row are neighbours

    @Param({"banyan", "fabric8", "client-java"})
    public String library = "";

    private ObjectCache cache = new ClientJavaCache(0);
    private int next;

    @Setup
    public void prepare() throws InterruptedException {
        cache = ObjectCache.of(library, OBJECTS);
    }

    @TearDown
    public void end() {
        cache.close();
    }

    /** One object by key. */
    @Benchmark
    public Object get() {
        next = (next + STEP) % OBJECTS;
        return cache.get(next);
    }

    /** The 100 objects of a group. */
    @Benchmark
    public int group() {
        next = (next + STEP) % OBJECTS;
        return cache.group("g" + next % 100);
    }

    /** All objects. */
    @Benchmark
    public int list() {
        return cache.list();
    }

    /** A change of one object, the making of its new state included. */
    @Benchmark
    @OperationsPerInvocation(CHANGES)
    public void apply() throws InterruptedException {
        cache.apply(CHANGES);
    }
}
