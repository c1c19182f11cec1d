package dev.banyan.runtime.cache;

import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A selection at one revision. Immutable. */
record Snapshot<S, T>(
        long revision,
        SortedTree<ObjectKey, Resource<S, T>> objects,
        Map<String, SortedTree<Filed, Resource<S, T>>> indexes,
        Map<ObjectKey, Held<S, T>> held)
        implements Lister<S, T> {

    Snapshot {
        indexes = Map.copyOf(indexes);
        held = Map.copyOf(held);
    }

    /** Position of an object in an index. */
    record Filed(String value, ObjectKey key) {
        static final Comparator<Filed> ORDER =
                Comparator.comparing(Filed::value).thenComparing(Filed::key);
    }

    /** A quarantined object and what handlers were last told of it, if anything. */
    record Held<S, T>(Quarantined reason, Optional<Resource<S, T>> told) {}

    static <S, T> Snapshot<S, T> empty(Iterable<String> indexNames) {
        var indexes = new TreeMap<String, SortedTree<Filed, Resource<S, T>>>();
        for (var name : indexNames) {
            indexes.put(name, SortedTree.empty(Filed.ORDER));
        }
        return new Snapshot<>(0, SortedTree.empty(Comparator.<ObjectKey>naturalOrder()), indexes, Map.of());
    }

    Snapshot<S, T> at(long newRevision) {
        return new Snapshot<>(newRevision, objects, indexes, held);
    }

    @Override
    public Optional<Resource<S, T>> get(ObjectKey key) {
        return objects.get(key);
    }

    @Override
    public List<Resource<S, T>> list() {
        return objects.values();
    }

    @Override
    public List<Resource<S, T>> byIndex(String index, String value) {
        var filed = indexes.get(index);
        if (filed == null) {
            throw new IllegalArgumentException("no index '" + index + "', only " + indexes.keySet());
        }
        return filed.slice(at -> at.value().compareTo(value));
    }

    List<Quarantined> quarantined() {
        return held.values().stream()
                .map(Held::reason)
                .sorted(Comparator.comparing(Quarantined::key))
                .toList();
    }
}
