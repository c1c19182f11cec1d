package dev.banyan.runtime.benchmark.trial;

import dev.banyan.runtime.benchmark.follow.Things;
import dev.banyan.runtime.benchmark.measure.Delays;
import dev.banyan.runtime.benchmark.measure.Figure;
import dev.banyan.runtime.benchmark.server.EtcdServer;
import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.controller.Controller;
import dev.banyan.runtime.controller.EventMapper;
import dev.banyan.runtime.controller.Result;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * From a write to the start of its reconcile, on etcd: at a steady rate, and with writers that never rest. At the steady rate a delay also
 * counts from the moment when the write was due, so that a writer that is held up does not hide what it would have seen.
 */
public final class LatencyTrial {
    private static final int PAYLOAD = 1_024;
    private static final int STEADY_WRITERS = 8;
    private static final int RESTLESS_WRITERS = 32;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Env env = new SystemEnv();
    private final Store store;
    private final Map<ObjectKey, Long> written = new ConcurrentHashMap<>();
    private final Map<ObjectKey, Long> due = new ConcurrentHashMap<>();
    private final Map<ObjectKey, Long> reconciled = new ConcurrentHashMap<>();

    private LatencyTrial(Store store) {
        this.store = store;
    }

    /** Writes {@code rate} objects a second for so many seconds, then as many as it can for as long. */
    public static void run(int rate, int seconds) throws InterruptedException {
        var env = new SystemEnv();
        try (var etcd = EtcdServer.start();
                var store = etcd.connect(env)) {
            new LatencyTrial(store).measure(rate, seconds);
        }
    }

    private void measure(int rate, int seconds) throws InterruptedException {
        var informer = Informer.of(Things.KIND, store, env).build();
        var controller = Controller.named("benchmark", env)
                .watches(informer, EventMapper.self())
                .resync(Duration.ofHours(1))
                .reconciler(request -> {
                    reconciled.putIfAbsent(request.key(), env.time().nanos());
                    return Result.done();
                })
                .build();
        informer.start();
        controller.start();
        steadily("warm", rate, rate * 5);
        forget();
        steadily("steady", rate, rate * seconds);
        delays(written).tell("at " + rate + "/s, from the write");
        delays(due).tell("at " + rate + "/s, from when it was due");
        forget();
        long start = env.time().nanos();
        restlessly(start + Duration.ofSeconds(seconds).toNanos());
        double took = env.time().since(start).toNanos() / 1e9;
        Figure.tell("writes at saturation", written.size() / took, "/s");
        delays(written).tell("at saturation, from the write");
        controller.stop();
        informer.stop();
    }

    private void steadily(String prefix, int rate, int count) throws InterruptedException {
        var next = new AtomicInteger();
        long start = env.time().nanos();
        Things.inTasks(env, STEADY_WRITERS, () -> {
            for (int index = next.getAndIncrement(); index < count; index = next.getAndIncrement()) {
                long dueAt = start + index * 1_000_000_000L / rate;
                env.signal().await(Duration.ofNanos(dueAt - env.time().nanos()));
                write(prefix + index, dueAt);
            }
        });
        awaitAll();
    }

    private void restlessly(long until) throws InterruptedException {
        var next = new AtomicInteger();
        Things.inTasks(env, RESTLESS_WRITERS, () -> {
            for (long now = env.time().nanos();
                    now - until < 0;
                    now = env.time().nanos()) {
                write("restless" + next.getAndIncrement(), now);
            }
        });
        awaitAll();
    }

    private void write(String name, long dueAt) {
        var draft = Things.draft(name, PAYLOAD);
        due.put(draft.key(), dueAt);
        written.put(draft.key(), env.time().nanos());
        Things.landed(store.commit(Commit.of(new Write.Create(draft))));
    }

    private void awaitAll() throws InterruptedException {
        long start = env.time().nanos();
        while (reconciled.size() < written.size()) {
            if (env.time().since(start).compareTo(PATIENCE) > 0) {
                throw new IllegalStateException(
                        reconciled.size() + " of " + written.size() + " writes were reconciled");
            }
            env.signal().await(Duration.ofMillis(1));
        }
    }

    private Delays delays(Map<ObjectKey, Long> from) {
        return Delays.of(from.entrySet().stream()
                .map(entry -> reconciled.getOrDefault(entry.getKey(), 0L) - entry.getValue())
                .toList());
    }

    private void forget() {
        written.clear();
        due.clear();
        reconciled.clear();
    }
}
