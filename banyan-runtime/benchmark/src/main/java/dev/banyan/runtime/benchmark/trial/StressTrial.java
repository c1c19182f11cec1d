package dev.banyan.runtime.benchmark.trial;

import dev.banyan.runtime.benchmark.follow.Things;
import dev.banyan.runtime.benchmark.measure.Figure;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.env.Task;
import dev.banyan.runtime.queue.Backoff;
import dev.banyan.runtime.queue.Lane;
import dev.banyan.runtime.queue.QueueOptions;
import dev.banyan.runtime.queue.SharedWorkQueue;
import dev.banyan.runtime.queue.WorkQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * Millions of adds, delayed adds, retries, takes and dones of few keys by many virtual threads, checked: a key never runs twice at a time,
 * and the last run of each key began after everything that was asked of it.
 */
public final class StressTrial {
    private static final int KEYS = 5_000;
    private static final int PRODUCERS = 32;
    private static final int WORKERS = 64;

    private final Env env = new SystemEnv();
    private final SharedWorkQueue<Integer> queue = new SharedWorkQueue<>(
            QueueOptions.of(Backoff.of(Duration.ofMillis(1), Duration.ofMillis(20), env.random())), env);
    private final AtomicLongArray wanted = new AtomicLongArray(KEYS); // how often it was asked for
    private final AtomicLongArray served = new AtomicLongArray(KEYS); // how often it had been when its last run began
    private final AtomicIntegerArray running = new AtomicIntegerArray(KEYS);
    private final LongAdder overlaps = new LongAdder();
    private final LongAdder operations = new LongAdder();

    private StressTrial() {}

    /**
     * Does at least so many operations.
     *
     * @throws IllegalStateException when a promise was broken
     */
    public static void run(long operations) throws InterruptedException {
        new StressTrial().measure(operations);
    }

    private void measure(long total) throws InterruptedException {
        long start = env.time().nanos();
        var workers = new ArrayList<Task>();
        for (int worker = 0; worker < WORKERS; worker++) {
            var random = env.random().fork("worker" + worker);
            workers.add(env.tasks().spawn("worker", () -> {
                for (var key = queue.take(); key.isPresent(); key = queue.take()) {
                    serve(key.get(), random.nextLong(100));
                }
            }));
        }
        var left = new AtomicLong(total);
        Things.inTasks(env, PRODUCERS, () -> {
            var random = env.random().fork("producer");
            while (left.get() > 0) {
                int key = (int) random.nextLong(KEYS);
                ask(key, random.nextLong(100));
                left.set(total - operations.sum());
            }
        });
        awaitIdle();
        queue.close();
        for (var worker : workers) {
            worker.join();
        }
        check(env.time().since(start).toNanos() / 1e9);
    }

    private void ask(int key, long dice) {
        wanted.incrementAndGet(key);
        if (dice < 5) {
            queue.addAfter(key, Duration.ofMillis(1 + dice));
        } else {
            queue.add(key, Lane.values()[(int) (dice % Lane.values().length)]);
        }
        operations.increment();
    }

    private void serve(int key, long dice) {
        if (running.incrementAndGet(key) != 1) {
            overlaps.increment();
        }
        served.set(key, wanted.get(key));
        if (dice < 20) {
            Thread.yield();
        }
        running.decrementAndGet(key);
        if (dice == 0) {
            wanted.incrementAndGet(key);
            queue.retry(key);
        } else {
            queue.forget(key);
        }
        queue.done(key);
        operations.add(3); // take, forget or retry, done
    }

    private void awaitIdle() throws InterruptedException {
        WorkQueue.Load load;
        do {
            env.signal().await(Duration.ofMillis(10));
            load = queue.load();
        } while (load.waiting() > 0
                || load.running() > 0
                || load.lanes().values().stream().anyMatch(lane -> lane.depth() > 0));
    }

    private void check(double seconds) {
        int lost = 0;
        for (int key = 0; key < KEYS; key++) {
            lost += served.get(key) < wanted.get(key) ? 1 : 0;
        }
        Figure.tell("operations", operations.sum(), "");
        Figure.tell("operations a second", operations.sum() / seconds, "/s");
        Figure.tell("keys that ran twice at a time", overlaps.sum(), "");
        Figure.tell("keys whose last request was lost", lost, "");
        if (lost > 0 || overlaps.sum() > 0) {
            throw new IllegalStateException(lost + " lost, " + overlaps.sum() + " overlaps");
        }
    }
}
