package dev.banyan.runtime.cache;

import dev.banyan.runtime.controller.Controller;
import dev.banyan.runtime.controller.EventMapper;
import dev.banyan.runtime.controller.Result;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.env.Task;
import dev.banyan.runtime.env.TaskSpawner;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Texts;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.ServedHistory;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import dev.banyan.runtime.store.etcd.EtcdConfig;
import dev.banyan.runtime.store.etcd.EtcdProcess;
import dev.banyan.runtime.store.etcd.EtcdStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Figures of the cache: list and watch of many objects and what they take of the heap, events through informer, queue and reconciler, and
 * the delay from a write to the start of its reconcile on etcd at a steady rate. Prints one line a figure; no test depends on them.
 *
 * <p>Arguments: objects to list (100,000 unless told), writes per second (100), seconds (30).
 */
public final class CacheBenchmark {
    private static final int OBJECT_BYTES = 1_024;
    private static final int WRITES_A_COMMIT = 50;
    private static final int EVENT_KEYS = 1_000;
    private static final int EVENTS = 400_000;

    private static final Kind<Bytes, Bytes> THINGS = Texts.kind("things").undecoded();

    private final Env env = new SystemEnv();
    private final AtomicInteger names = new AtomicInteger();

    private CacheBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        int objects = argument(arguments, 0, 100_000);
        int rate = argument(arguments, 1, 100);
        int seconds = argument(arguments, 2, 30);
        var benchmark = new CacheBenchmark();
        var memory = new MemoryStore(benchmark.env, ServedHistory.Limits.DEFAULT);
        benchmark.events(memory);
        try (var etcd = EtcdProcess.start("--quota-backend-bytes=4294967296")) {
            try (var store = benchmark.connect(etcd, "/delays/")) {
                benchmark.delays(store, rate, seconds);
            }
            try (var store = benchmark.connect(etcd, "/lists/")) {
                benchmark.fill(store, objects);
                benchmark.lists(store, objects);
            }
        }
    }

    private static int argument(String[] arguments, int index, int otherwise) {
        return arguments.length > index ? Integer.parseInt(arguments[index]) : otherwise;
    }

    private EtcdStore connect(EtcdProcess etcd, String prefix) throws InterruptedException {
        var config = EtcdConfig.of(etcd.endpoint()).under(prefix);
        for (int attempt = 0; ; attempt++) {
            try {
                return EtcdStore.connect(config, env);
            } catch (StoreException starting) {
                if (attempt == 200) {
                    throw starting;
                }
                env.signal().await(Duration.ofMillis(50));
            }
        }
    }

    private void fill(Store store, int objects) throws InterruptedException {
        var next = new AtomicInteger();
        int commits = objects / WRITES_A_COMMIT;
        inTasks(4, () -> {
            while (next.getAndIncrement() < commits) {
                var writes = new ArrayList<Write>();
                for (int write = 0; write < WRITES_A_COMMIT; write++) {
                    writes.add(new Write.Create(draft("o" + names.incrementAndGet())));
                }
                landed(store.commit(new Commit(List.of(), writes)));
            }
        });
    }

    /** From nothing to a synced copy that follows, three times; the last one stays for the heap to be looked at. */
    private void lists(Store store, int objects) throws InterruptedException {
        for (int round = 1; round <= 3; round++) {
            long before = heap();
            var informer = Informer.of(THINGS, store, env).build();
            long start = env.time().nanos();
            informer.start();
            awaitObjects(informer, objects);
            double seconds = env.time().since(start).toNanos() / 1e9;
            long used = heap() - before;
            print(
                    "etcd: list and watch %d of %d objects of 1 KB: %.2f s, %.0f objects/s, %d bytes of heap an object, %d of them content",
                    round, objects, seconds, objects / seconds, used / objects, informer.bytes() / objects);
            informer.stop();
        }
        long before = heap();
        var metadata = Informer.ofMetadata(THINGS, store, env).build();
        metadata.start();
        awaitObjects(metadata, objects);
        print("etcd: metadata of %d objects: %d bytes of heap an object", objects, (heap() - before) / objects);
        metadata.stop();
    }

    private void awaitObjects(Informer<?, ?> informer, int objects) throws InterruptedException {
        if (!informer.awaitReady(Duration.ofMinutes(5)) || informer.lister().size() != objects) {
            throw new IllegalStateException("the informer has " + informer.health());
        }
    }

    /** How many changes a second come through informer, queue and a reconciler that does nothing. */
    private void events(Store store) throws InterruptedException {
        for (int key = 0; key < EVENT_KEYS; key++) {
            landed(store.commit(Commit.of(new Write.Create(draft("k" + key)))));
        }
        for (int round = 1; round <= 3; round++) {
            var informer = Informer.of(THINGS, store, env).build();
            var seen = new AtomicLong();
            informer.addDirectHandler(event -> seen.incrementAndGet());
            var reconciles = new AtomicLong();
            var controller = Controller.named("benchmark", env)
                    .watches(informer, EventMapper.self())
                    .reconciler(request -> {
                        reconciles.incrementAndGet();
                        return Result.done();
                    })
                    .build();
            informer.start();
            controller.start();
            informer.awaitReady(Duration.ofSeconds(30));
            long start = env.time().nanos();
            long last = rewrite(store);
            if (!informer.awaitRevision(last, Duration.ofMinutes(5))) {
                throw new IllegalStateException("the informer is behind: " + informer.health());
            }
            double seconds = env.time().since(start).toNanos() / 1e9;
            print(
                    "memory: %d writes through informer and queue to a reconciler: %.0f events/s, %.0f reconciles/s",
                    EVENTS, (seen.get() - EVENT_KEYS) / seconds, reconciles.get() / seconds);
            controller.stop();
            informer.stop();
        }
    }

    /** Writes as fast as the store takes them; one status write has no base to be read first. */
    private long rewrite(Store store) throws InterruptedException {
        var last = new AtomicLong();
        var next = new AtomicInteger();
        var uids = new ConcurrentHashMap<ObjectKey, String>();
        for (int key = 0; key < EVENT_KEYS; key++) {
            var object =
                    store.get(THINGS.key("default", "k" + key), ReadAt.LATEST).orElseThrow();
            uids.put(object.key(), object.meta().uid());
        }
        inTasks(2, () -> {
            for (int commit = next.getAndIncrement();
                    commit < EVENTS / WRITES_A_COMMIT;
                    commit = next.getAndIncrement()) {
                var writes = new ArrayList<Write>();
                for (int write = 0; write < WRITES_A_COMMIT; write++) {
                    var key = THINGS.key("default", "k" + (commit * WRITES_A_COMMIT + write) % EVENT_KEYS);
                    writes.add(new Write.UpdateStatus(
                            key,
                            uids.getOrDefault(key, ""),
                            Bytes.utf8("status " + env.time().nanos())));
                }
                last.accumulateAndGet(landed(store.commit(new Commit(List.of(), writes))), Math::max);
            }
        });
        return last.get();
    }

    /** From the call that writes to the first line of the reconcile, at a steady rate that leaves the machine air. */
    private void delays(Store store, int rate, int seconds) throws InterruptedException {
        var written = new ConcurrentHashMap<ObjectKey, Long>();
        var delays = new ConcurrentHashMap<ObjectKey, Long>();
        var informer = Informer.of(THINGS, store, env).build();
        var controller = Controller.named("benchmark", env)
                .watches(informer, EventMapper.self())
                .resync(Duration.ofHours(1))
                .reconciler(request -> {
                    long now = env.time().nanos();
                    delays.computeIfAbsent(request.key(), key -> now - written.getOrDefault(key, now));
                    return Result.done();
                })
                .build();
        informer.start();
        controller.start();
        informer.awaitReady(Duration.ofSeconds(30));
        steadily(store, rate, rate * 5, "w", new ConcurrentHashMap<>()); // warms up
        delays.clear();
        steadily(store, rate, rate * seconds, "d", written);
        env.signal().await(Duration.ofSeconds(1));
        delays.keySet().retainAll(written.keySet());
        print(
                "etcd: write to start of reconcile at %d/s: %d of %d seen, %s",
                rate, delays.size(), written.size(), quantiles(delays));
        controller.stop();
        informer.stop();
    }

    private void steadily(Store store, int rate, int count, String prefix, Map<ObjectKey, Long> written)
            throws InterruptedException {
        var next = new AtomicInteger();
        long start = env.time().nanos();
        inTasks(8, () -> {
            for (int index = next.getAndIncrement(); index < count; index = next.getAndIncrement()) {
                env.signal()
                        .await(Duration.ofNanos(start
                                + index * 1_000_000_000L / rate
                                - env.time().nanos()));
                var draft = draft(prefix + index);
                written.put(draft.key(), env.time().nanos());
                landed(store.commit(Commit.of(new Write.Create(draft))));
            }
        });
    }

    private void inTasks(int count, TaskSpawner.Body body) throws InterruptedException {
        var tasks = new ArrayList<Task>();
        for (int task = 0; task < count; task++) {
            tasks.add(env.tasks().spawn("benchmark", body));
        }
        for (var task : tasks) {
            task.join();
        }
    }

    private static Draft draft(String name) {
        return Draft.of(THINGS.key("default", name), Bytes.copyOf(new byte[OBJECT_BYTES]));
    }

    private static long landed(WriteOutcome outcome) {
        if (outcome instanceof WriteOutcome.Written(var revision)) {
            return revision;
        }
        throw new IllegalStateException("a commit did not land: " + outcome);
    }

    private long heap() throws InterruptedException {
        long least = Long.MAX_VALUE;
        for (int look = 0; look < 4; look++) {
            System.gc();
            env.signal().await(Duration.ofMillis(100));
            least = Math.min(
                    least,
                    Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
        }
        return least;
    }

    private static String quantiles(Map<ObjectKey, Long> delays) {
        var sorted = delays.values().stream().mapToLong(Long::longValue).toArray();
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
