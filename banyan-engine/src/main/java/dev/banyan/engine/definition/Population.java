package dev.banyan.engine.definition;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How many objects registered kinds have. Counting is a walk over them, so what was counted holds for a second, with what this engine
 * admitted since added; where that would refuse, it is counted anew. Thread-safe.
 */
final class Population {
    private static final Duration HOLDS = Duration.ofSeconds(1);

    private final Store store;
    private final Env env;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Count> counts = new HashMap<>(); // guarded by lock

    Population(Store store, Env env) {
        this.store = store;
        this.env = env;
    }

    private record Count(long objects, long nanos) {}

    boolean admits(String kind, int most, int more) {
        var held = held(kind);
        long now = env.time().nanos();
        boolean stale = held.nanos() + HOLDS.toNanos() < now || held.objects() + more > most;
        var count = stale ? new Count(count(kind), now) : held;
        boolean admitted = count.objects() + more <= most;
        keep(kind, admitted ? new Count(count.objects() + more, count.nanos()) : count);
        return admitted;
    }

    private Count held(String kind) {
        lock.lock();
        try {
            return counts.getOrDefault(kind, new Count(Integer.MAX_VALUE, 0));
        } finally {
            lock.unlock();
        }
    }

    private void keep(String kind, Count count) {
        lock.lock();
        try {
            counts.put(kind, count);
        } finally {
            lock.unlock();
        }
    }

    private long count(String kind) {
        var all = Selection.of(kind).with(Selection.Detail.METADATA);
        return store.list(all, ReadAt.LATEST).objects().size();
    }
}
