package dev.banyan.runtime.benchmark.micro;

import dev.banyan.runtime.cache.Index;
import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.Codec;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.ObjectMeta;
import dev.banyan.runtime.resource.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An informer on a store that tells it what the benchmark wants. */
final class BanyanCache implements ObjectCache {
    private static final Codec<Bytes> UNDECODED = new Codec<>() {
        @Override
        public Bytes encode(Bytes value) {
            return value;
        }

        @Override
        public Bytes decode(Bytes bytes) {
            return bytes;
        }
    };
    private static final Kind<Bytes, Bytes> THINGS = new Kind<>("things", Kind.Scope.NAMESPACED, UNDECODED, UNDECODED);
    private static final Index<Bytes, Bytes, String> GROUPS =
            Index.of("group", thing -> thing.meta().labels().values());
    private static final Bytes SPEC = Bytes.utf8("a small spec");

    private final List<ObjectKey> keys;
    private final ToldStore store;
    private final Informer<Bytes, Bytes> informer;
    private long revision;

    private BanyanCache(List<ObjectKey> keys, ToldStore store, Informer<Bytes, Bytes> informer) {
        this.keys = keys;
        this.store = store;
        this.informer = informer;
        this.revision = keys.size();
    }

    static BanyanCache filled(int count) throws InterruptedException {
        var keys = new ArrayList<ObjectKey>();
        var objects = new ArrayList<StoredObject>();
        for (int object = 0; object < count; object++) {
            keys.add(THINGS.key("default", String.format("o%07d", object)));
            objects.add(stored(keys, object, object + 1L));
        }
        var env = new SystemEnv();
        var store = new ToldStore(env, objects);
        var informer = Informer.of(THINGS, store, env).index(GROUPS).build();
        informer.start();
        if (!informer.awaitReady(Duration.ofMinutes(1))) {
            throw new IllegalStateException(informer.health().detail());
        }
        return new BanyanCache(keys, store, informer);
    }

    private static StoredObject stored(List<ObjectKey> keys, int object, long revision) {
        var meta = new ObjectMeta(
                "uid",
                Map.of("group", "g" + object % 100),
                Map.of(),
                List.of(),
                List.of(),
                1,
                revision,
                object + 1L,
                Instant.EPOCH,
                Optional.empty(),
                "nonce");
        return new StoredObject(keys.get(object), meta, SPEC, Bytes.EMPTY);
    }

    @Override
    public Object get(int object) {
        return informer.lister().get(keys.get(object)).orElseThrow();
    }

    @Override
    public int group(String group) {
        return informer.lister().byIndex(GROUPS, group).size();
    }

    @Override
    public int list() {
        return informer.lister().list().size();
    }

    @Override
    public void apply(int changes) throws InterruptedException {
        for (int change = 0; change < changes; change++) {
            revision++;
            store.tell(stored(keys, (int) (revision % keys.size()), revision));
        }
        if (!informer.awaitRevision(revision, Duration.ofMinutes(1))) {
            throw new IllegalStateException(informer.health().detail());
        }
    }

    @Override
    public void close() {
        informer.stop();
    }
}
