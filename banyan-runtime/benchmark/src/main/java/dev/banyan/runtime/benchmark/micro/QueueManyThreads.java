package dev.banyan.runtime.benchmark.micro;

import dev.banyan.runtime.env.SystemEnv;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Keys through the queue, by eight threads that add and eight that take. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class QueueManyThreads {
    private static final int KEYS = 100_000;
    private static final int SIDES = 8;

    @Param({"banyan", "client-java"})
    public String library = "";

    @Param({"virtual", "platform"})
    public String threads = "";

    private interface Body {
        void run() throws InterruptedException;
    }

    @Benchmark
    @OperationsPerInvocation(KEYS)
    public long keys() throws InterruptedException {
        var queue = KeyQueue.of(library, new SystemEnv());
        var taken = new LongAdder();
        var producers = new ArrayList<Thread>();
        var workers = new ArrayList<Thread>();
        for (int side = 0; side < SIDES; side++) {
            int first = side;
            workers.add(start(() -> {
                for (var key = queue.take(); key.isPresent(); key = queue.take()) {
                    queue.done(key.get());
                    taken.increment();
                }
            }));
            producers.add(start(() -> {
                for (int key = first; key < KEYS; key += SIDES) {
                    queue.add(key);
                }
            }));
        }
        join(producers);
        queue.close();
        join(workers);
        if (taken.sum() != KEYS) {
            throw new IllegalStateException(taken.sum() + " of " + KEYS + " keys came out");
        }
        return taken.sum();
    }

    private Thread start(Body body) {
        var builder = threads.equals("virtual") ? Thread.ofVirtual() : Thread.ofPlatform();
        return builder.start(() -> {
            try {
                body.run();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private static void join(List<Thread> all) throws InterruptedException {
        for (var thread : all) {
            thread.join();
        }
    }
}
