package dev.banyan.runtime.store.etcd;

import dev.banyan.runtime.cache.WatchCache;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.env.Task;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.WatchBatch;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Figures of the stores: latency and throughput of commits, delay of watch events at a steady rate, duration of a large list. Prints one
 * line a figure; measures nothing that a test depends on.
 */
public final class StoreBenchmark {
    private static final int OBJECT_BYTES = 256;
    private static final int COMMITS = 10_000;

    private final Env env = new SystemEnv();
    private final AtomicInteger names = new AtomicInteger();

    private StoreBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        var benchmark = new StoreBenchmark();
        benchmark.run("memory", new MemoryStore(benchmark.env));
        try (var etcd = EtcdProcess.start()) {
            try (var store = TestStores.fresh(EtcdConfig.of(etcd.endpoint()))) {
                benchmark.run("etcd", store);
            }
            try (var store = TestStores.fresh(EtcdConfig.of(etcd.endpoint()))) {
                var cache = new WatchCache(store, benchmark.env);
                cache.start();
                cache.awaitRevision(0, Duration.ofSeconds(10));
                benchmark.run("cache over etcd", cache);
                cache.stop();
            }
        }
    }

    private void run(String name, Store store) throws Exception {
        commits(name, store, 1, COMMITS / 5); // warms up
        for (int writers : List.of(1, 8, 32, 128)) {
            commits(name, store, writers, writers == 1 ? COMMITS / 5 : COMMITS);
        }
        for (int rate : List.of(500, 2_000, 4_000)) {
            delays(name, store, rate);
        }
        lists(name, store);
    }

    private void commits(String name, Store store, int writers, int count) throws InterruptedException {
        var nanos = new long[count];
        var next = new AtomicInteger();
        long start = env.time().nanos();
        inTasks(writers, () -> {
            for (int index = next.getAndIncrement(); index < count; index = next.getAndIncrement()) {
                long sent = env.time().nanos();
                create(store);
                nanos[index] = env.time().nanos() - sent;
            }
        });
        double seconds = env.time().since(start).toNanos() / 1e9;
        print("%s: commits, %d writers: %.0f/s, %s", name, writers, count / seconds, quantiles(nanos));
    }

    private void delays(String name, Store store, int rate) throws InterruptedException {
        int count = rate * 5;
        var sent = new ConcurrentHashMap<ObjectKey, Long>();
        var nanos = new long[count];
        long after = store.list(Selection.of("none"), ReadAt.LATEST).revision();
        try (var watch = store.watch(Selection.of("things"), after)) {
            var reader = env.tasks().spawn("reader", () -> {
                for (int seen = 0; seen < count; ) {
                    if (watch.next() instanceof WatchBatch.Changes(var revision, var events)) {
                        long now = env.time().nanos();
                        nanos[seen++] =
                                now - sent.getOrDefault(events.getFirst().key(), now);
                    }
                }
            });
            pace(store, rate, count, sent);
            reader.join();
        }
        print("%s: write to event at %d/s: %s", name, rate, quantiles(nanos));
    }

    private void pace(Store store, int rate, int count, Map<ObjectKey, Long> sent) throws InterruptedException {
        var next = new AtomicInteger();
        long start = env.time().nanos();
        inTasks(16, () -> {
            for (int index = next.getAndIncrement(); index < count; index = next.getAndIncrement()) {
                long due = start + index * 1_000_000_000L / rate;
                env.signal().await(Duration.ofNanos(due - env.time().nanos()));
                var draft = draft();
                sent.put(draft.key(), env.time().nanos());
                store.commit(Commit.of(new Write.Create(draft)));
            }
        });
    }

    private void lists(String name, Store store) {
        int objects = 0;
        for (int round = 1; round <= 3; round++) {
            long start = env.time().nanos();
            objects = store.list(Selection.EVERYTHING, ReadAt.LATEST).objects().size();
            print(
                    "%s: list %d of %d objects: %d ms",
                    name, round, objects, env.time().since(start).toMillis());
        }
    }

    private void inTasks(int count, dev.banyan.runtime.env.TaskSpawner.Body body) throws InterruptedException {
        var tasks = new ArrayList<Task>();
        for (int task = 0; task < count; task++) {
            tasks.add(env.tasks().spawn("benchmark", body));
        }
        for (var task : tasks) {
            task.join();
        }
    }

    private void create(Store store) {
        if (!(store.commit(Commit.of(new Write.Create(draft()))) instanceof WriteOutcome.Written)) {
            throw new IllegalStateException("a commit did not land");
        }
    }

    private Draft draft() {
        var key = new ObjectKey("things", "default", "o" + names.incrementAndGet());
        return Draft.of(key, Bytes.copyOf(new byte[OBJECT_BYTES]));
    }

    private static String quantiles(long[] nanos) {
        var sorted = nanos.clone();
        Arrays.sort(sorted);
        return String.format(
                Locale.ROOT,
                "p50 %.2f ms, p99 %.2f ms, max %.1f ms",
                sorted[sorted.length / 2] / 1e6,
                sorted[sorted.length * 99 / 100] / 1e6,
                sorted[sorted.length - 1] / 1e6);
    }

    private static void print(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }
}
