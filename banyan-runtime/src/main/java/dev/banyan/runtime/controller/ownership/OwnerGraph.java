package dev.banyan.runtime.controller.ownership;

import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.Codec;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.ObjectMeta;
import dev.banyan.runtime.resource.OwnerReference;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Who owns whom, from the metadata of all kinds as caches show it. Thread-safe. */
final class OwnerGraph {
    private static final String BY_OWNER = "owner";

    /** Steps of a walk; a chain of owners this long is a mistake, and is then waited for. */
    private static final int WALK_MAX = 10_000;

    private final Map<String, Informer<Bytes, Bytes>> informers = new TreeMap<>(); // by kind

    OwnerGraph(Collection<? extends Kind<?, ?>> kinds, Store store, Env env) {
        for (var kind : kinds) {
            var informer = Informer.of(metadataOf(kind), store, env)
                    .named(kind.name() + "/owners")
                    .selection(Selection.of(kind.name()).with(Selection.Detail.METADATA))
                    .index(BY_OWNER, resource -> resource.meta().owners().stream()
                            .map(OwnerReference::uid)
                            .toList())
                    .build();
            if (informers.put(kind.name(), informer) != null) {
                throw new IllegalArgumentException(
                        "the garbage collector was given kind '" + kind.name() + "' twice: name each kind once");
            }
        }
        if (informers.isEmpty()) {
            throw new IllegalArgumentException(
                    "the garbage collector was given no kind: name those of all owners and dependents");
        }
    }

    List<Informer<Bytes, Bytes>> informers() {
        return List.copyOf(informers.values());
    }

    Optional<Resource<Bytes, Bytes>> find(ObjectKey key) {
        return Optional.ofNullable(informers.get(key.kind()))
                .flatMap(informer -> informer.lister().get(key));
    }

    boolean shows(OwnerReference owner) {
        return find(owner.key())
                .filter(found -> found.uid().equals(owner.uid()))
                .isPresent();
    }

    /** What the incarnation {@code uid} owns, in the order of kinds and keys. */
    List<Resource<Bytes, Bytes>> dependents(String uid) {
        return informers.values().stream()
                .flatMap(informer -> informer.lister().byIndex(BY_OWNER, uid).stream())
                .toList();
    }

    /** Waits until all caches show {@code revision}. */
    boolean reach(long revision, Duration atMostEach) throws InterruptedException {
        for (var informer : informers.values()) {
            if (!informer.awaitRevision(revision, atMostEach)) {
                return false;
            }
        }
        return true;
    }

    /** Whether {@code dependent}, which is to go, itself waits for {@code uid} to go first, perhaps by way of others. */
    boolean waitsFor(Resource<Bytes, Bytes> dependent, String uid) {
        var seen = new HashSet<String>();
        var open = new ArrayDeque<Resource<Bytes, Bytes>>(List.of(dependent));
        while (!open.isEmpty() && seen.size() < WALK_MAX) {
            var next = open.remove();
            if (next.uid().equals(uid)) {
                return true;
            }
            if (seen.add(next.uid()) && waitsForDependents(next.meta())) {
                open.addAll(dependents(next.uid()));
            }
        }
        return false;
    }

    static boolean waitsForDependents(ObjectMeta meta) {
        return meta.deleting()
                && DeletionPolicy.FOREGROUND.finalizer().orElseThrow().holds(meta);
    }

    private static Kind<Bytes, Bytes> metadataOf(Kind<?, ?> kind) {
        return new Kind<>(kind.name(), kind.scope(), new Opaque(), new Opaque());
    }

    private static final class Opaque implements Codec<Bytes> {
        @Override
        public Bytes encode(Bytes value) {
            return value;
        }

        @Override
        public Bytes decode(Bytes bytes) {
            return bytes;
        }
    }
}
