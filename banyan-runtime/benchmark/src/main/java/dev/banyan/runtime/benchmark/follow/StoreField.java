package dev.banyan.runtime.benchmark.follow;

import dev.banyan.runtime.benchmark.server.EtcdServer;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ServedHistory;
import dev.banyan.runtime.store.Store;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** Programs on a store: watches are opened when the changes are there, so that nobody writes while they are read. */
final class StoreField implements Field {
    private static final ServedHistory.Limits ROOMY =
            new ServedHistory.Limits(1_000_000, 2L * 1024 * 1024 * 1024, Duration.ofMillis(20), Duration.ofSeconds(3));

    private final Env env;
    private final Things things;
    private final Store store;
    private final FollowTrial.Use use;
    private final Deque<Runnable> open;
    private GatedStore gate;

    private StoreField(Env env, Store store, FollowTrial.Use use, Deque<Runnable> open) {
        this.env = env;
        this.store = store;
        this.use = use;
        this.open = open;
        this.things = new Things(store, env);
        this.gate = new GatedStore(store, env);
    }

    static StoreField inMemory(Env env, int objects, FollowTrial.Use use) throws InterruptedException {
        return filled(new StoreField(env, new MemoryStore(env, ROOMY), use, new ArrayDeque<>()), objects);
    }

    static StoreField onEtcd(Env env, int objects, FollowTrial.Use use) throws InterruptedException {
        var etcd = EtcdServer.start();
        var store = etcd.connect(env);
        var open = new ArrayDeque<Runnable>();
        open.push(etcd::close);
        open.push(store::close);
        return filled(new StoreField(env, store, use, open), objects);
    }

    private static StoreField filled(StoreField field, int objects) throws InterruptedException {
        field.things.create(objects, FollowTrial.PAYLOAD);
        return field;
    }

    @Override
    public Subject subject() {
        gate = new GatedStore(store, env);
        return switch (use) {
            case INFORMER -> new BanyanInformer(gate, env);
            case RECONCILER -> new BanyanController(gate, env);
            case NOTHING -> new RawStore(gate, env);
        };
    }

    @Override
    public void prepare(int events) throws InterruptedException {
        things.change(events);
    }

    @Override
    public void release() {
        gate.open();
    }

    @Override
    public void reset() {
        gate.open();
    }

    @Override
    public void close() {
        open.forEach(Runnable::run);
    }
}
