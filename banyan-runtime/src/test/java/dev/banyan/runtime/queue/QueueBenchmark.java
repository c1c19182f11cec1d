package dev.banyan.runtime.queue;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.env.Task;
import dev.banyan.runtime.env.TaskSpawner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;

/**
 * What a key costs in the queue, printed as one row for each workload: the best of several rounds, since other work on the machine can only
 * make a round slower. The command is in {@code docs/performance.md}.
 */
final class QueueBenchmark {
    private static final int ROUNDS = 7;
    private static final int KEYS = 1_000_000;
    private static final int DELAYED = 100_000;

    private final Env env = new SystemEnv();

    private QueueBenchmark() {}

    public static void main(String[] args) throws Exception {
        var benchmark = new QueueBenchmark();
        print("add, take, done of one key at a time", KEYS, benchmark::oneByOne);
        print("add all of 1,000,000 keys, then take and done", KEYS, benchmark::addedAtOnce);
        print("the same over four lanes", KEYS, benchmark::manyLanes);
        print("the same over four lanes and 1,000 owners", KEYS, benchmark::manyOwners);
        print("add of a key that is due already", KEYS, benchmark::merged);
        print("100,000 addAfter, all taken when due", DELAYED, benchmark::delayed);
        print("1,000,000 addAfter, each moved earlier once", KEYS, benchmark::moved);
        print("shared queue, one thread", KEYS, benchmark::sharedByOne);
        print("shared queue, 8 producers and 2 workers", KEYS, benchmark::sharedByTen);
    }

    private interface Workload {
        /** Answers how many keys came out; each must. */
        long run() throws Exception;
    }

    private static void print(String name, int keys, Workload workload) throws Exception {
        long best = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long started = System.nanoTime();
            long taken = workload.run();
            best = Math.min(best, System.nanoTime() - started);
            if (taken != keys) {
                throw new IllegalStateException(name + ": " + taken + " of " + keys + " keys came out");
            }
        }
        System.out.printf("%-50s %8.1f ns a key%n", name, best / (double) keys);
    }

    private long oneByOne() {
        var queue = queue(options());
        long taken = 0;
        for (int key = 0; key < KEYS; key++) {
            queue.add(key & 1023, Lane.FRESH, key);
            queue.done(queue.take(key).orElseThrow(), key);
            taken++;
        }
        return taken;
    }

    private long addedAtOnce() {
        return fillAndDrain(options(), key -> Lane.FRESH);
    }

    private long manyLanes() {
        return fillAndDrain(options(), key -> Lane.values()[key & 3]);
    }

    private long manyOwners() {
        var names = new ArrayList<String>();
        for (int owner = 0; owner < 1_000; owner++) {
            names.add("owner" + owner);
        }
        return fillAndDrain(
                options().fairness(Fairness.by(key -> names.get(key % names.size()))), key -> Lane.values()[key & 3]);
    }

    private long merged() {
        var queue = queue(options());
        queue.add(1, Lane.FRESH, 0);
        long merged = 1;
        for (int i = 1; i < KEYS; i++) {
            merged += queue.add(1, Lane.FRESH, i) ? 0 : 1;
        }
        return merged;
    }

    private long delayed() {
        var queue = queue(options());
        for (int key = 0; key < DELAYED; key++) {
            queue.addAfter(key, Duration.ofMillis(500 + key % 100), key);
        }
        return drain(queue, Duration.ofSeconds(1).toNanos());
    }

    private long moved() {
        var queue = queue(options());
        for (int key = 0; key < KEYS; key++) {
            queue.addAfter(key, Duration.ofSeconds(60 + key % 100), key);
        }
        for (int key = 0; key < KEYS; key++) {
            queue.addAfter(key, Duration.ofSeconds(1 + key % 50), KEYS);
        }
        return drain(queue, Duration.ofSeconds(100).toNanos());
    }

    private long sharedByOne() throws InterruptedException {
        var queue = new SharedWorkQueue<>(options(), env);
        long taken = 0;
        for (int key = 0; key < KEYS; key++) {
            queue.add(key & 1023, Lane.FRESH);
            queue.done(queue.take().orElseThrow());
            taken++;
        }
        return taken;
    }

    private long sharedByTen() throws InterruptedException {
        var queue = new SharedWorkQueue<>(options(), env);
        var taken = new AtomicLong();
        var workers = spawn(2, worker -> () -> {
            long mine = 0;
            for (var key = queue.take(); key.isPresent(); key = queue.take()) {
                queue.done(key.get());
                mine++;
            }
            taken.addAndGet(mine);
        });
        var producers = spawn(8, producer -> () -> {
            for (int key = producer; key < KEYS; key += 8) {
                queue.add(key, Lane.FRESH);
            }
        });
        for (var producer : producers) {
            producer.join();
        }
        queue.close();
        for (var worker : workers) {
            worker.join();
        }
        return taken.get();
    }

    private long fillAndDrain(QueueOptions<Integer> options, IntFunction<Lane> lanes) {
        var queue = queue(options);
        for (int key = 0; key < KEYS; key++) {
            queue.add(key, lanes.apply(key), 0);
        }
        return drain(queue, 0);
    }

    private static long drain(WorkQueue<Integer> queue, long now) {
        long taken = 0;
        for (var key = queue.take(now); key.isPresent(); key = queue.take(now)) {
            queue.done(key.get(), now);
            taken++;
        }
        return taken;
    }

    private List<Task> spawn(int count, IntFunction<TaskSpawner.Body> body) {
        var tasks = new ArrayList<Task>();
        for (int i = 0; i < count; i++) {
            tasks.add(env.tasks().spawn("benchmark" + i, body.apply(i)));
        }
        return tasks;
    }

    private static WorkQueue<Integer> queue(QueueOptions<Integer> options) {
        return new WorkQueue<>(options);
    }

    private QueueOptions<Integer> options() {
        return QueueOptions.of(Backoff.standard(env.random()));
    }
}
