package dev.banyan.engine.definition;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Store;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The registered kinds, by name. Thread-safe. */
public final class DefinedKinds {
    private static final ReadAt CACHED = new ReadAt.AtLeast(0);

    private final Store store;
    private final Population population;
    private final Map<String, Known> known =
            new ConcurrentHashMap<>(); // replaced whole; only names that are registered

    /** Definitions in {@code store}, which is asked for every answer and should be quick. */
    public DefinedKinds(Store store, Env env) {
        this.store = store;
        this.population = new Population(store, env);
    }

    private record Known(long revision, DefinedKind kind) {}

    /** The kind, as this engine's copy of the store has it; asks for the newest state where that knows none. */
    public Optional<DefinedKind> find(String name) {
        return at(name, CACHED).or(() -> newest(name));
    }

    /** The kind as it is now. For whoever would refuse: the copy may be behind what the caller has seen at another engine. */
    public Optional<DefinedKind> newest(String name) {
        return at(name, ReadAt.LATEST);
    }

    /** False when the kind has as many objects as it may; true counts as many more as will be created. */
    public boolean admits(DefinedKind kind, int more) {
        return population.admits(kind.name(), kind.objectsMax(), more);
    }

    private Optional<DefinedKind> at(String name, ReadAt at) {
        var stored = store.get(key(name), at);
        if (stored.isEmpty()) {
            known.remove(name);
            return Optional.empty();
        }
        return Optional.of(understood(name, stored.get()));
    }

    /** Reading a schema takes longer than all the rest of a call. */
    private DefinedKind understood(String name, StoredObject stored) {
        long revision = stored.meta().revision();
        var held = known.get(name);
        if (held != null && held.revision() == revision) {
            return held.kind();
        }
        var kind = DefinedKind.of(stored);
        known.put(name, new Known(revision, kind));
        return kind;
    }

    static ObjectKey key(String name) {
        return Kinds.DEFINITIONS.key(ObjectKey.CLUSTER_SCOPE, name);
    }
}
