package dev.banyan.runtime.cache;

import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A selection at one revision. Immutable.
 *
 * @param bytes content of all objects, as {@link Cached#bytes} counts it
 */
record Snapshot<S, T>(
        long revision,
        SortedTree<ObjectKey, Cached<S, T>> objects,
        Map<String, Filing<S, T, ?>> filings,
        Map<ObjectKey, Held<S, T>> held,
        long bytes)
        implements Lister<S, T> {

    Snapshot {
        filings = Map.copyOf(filings);
        held = Map.copyOf(held);
    }

    /** A kept object and the bytes of what is kept of it. */
    record Cached<S, T>(Resource<S, T> resource, int bytes) {}

    /** A quarantined object and what handlers were last told of it, if anything. */
    record Held<S, T>(Quarantined reason, Optional<Resource<S, T>> told) {}

    static <S, T> Snapshot<S, T> empty(Iterable<Index<S, T, ?>> indexes) {
        var filings = new TreeMap<String, Filing<S, T, ?>>();
        for (var index : indexes) {
            filings.put(index.name(), Filing.empty(index));
        }
        return new Snapshot<>(0, SortedTree.empty(Comparator.<ObjectKey>naturalOrder()), filings, Map.of(), 0);
    }

    Snapshot<S, T> at(long newRevision) {
        return new Snapshot<>(newRevision, objects, filings, held, bytes);
    }

    @Override
    public Optional<Resource<S, T>> get(ObjectKey key) {
        var found = objects.get(key);
        if (found.isEmpty() && !held.isEmpty()) {
            var unreadable = held.get(key);
            if (unreadable != null) {
                throw new QuarantinedException(unreadable.reason());
            }
        }
        return found.map(Cached::resource);
    }

    @Override
    public List<Resource<S, T>> list() {
        return objects.values().stream().map(Cached::resource).toList();
    }

    @Override
    public <I> List<Resource<S, T>> byIndex(Index<S, T, I> index, I value) {
        return filing(index).at(value);
    }

    @Override
    public List<Resource<S, T>> byIndex(String index, String value) {
        var filing = filings.get(index);
        if (filing == null || !filing.index().text()) {
            throw missing(index);
        }
        @SuppressWarnings("unchecked") // text() says so
        var texts = (Filing<S, T, String>) filing;
        return texts.at(value);
    }

    @Override
    public <I> List<Resource<S, T>> range(Index<S, T, I> index, Index.Range<I> range) {
        return filing(index).range(range);
    }

    @Override
    public <I> int count(Index<S, T, I> index, I value) {
        return filing(index).count(value);
    }

    @Override
    public <I> List<I> values(Index<S, T, I> index) {
        return filing(index).values();
    }

    @Override
    public int size() {
        return objects.size();
    }

    @Override
    public List<Quarantined> quarantined() {
        return held.values().stream()
                .map(Held::reason)
                .sorted(Comparator.comparing(Quarantined::key))
                .toList();
    }

    private <I> Filing<S, T, I> filing(Index<S, T, I> index) {
        var filing = filings.get(index.name());
        if (filing == null || filing.index() != index) {
            throw missing(index.name());
        }
        @SuppressWarnings("unchecked") // a filing has the type of its index, and this is its index
        var typed = (Filing<S, T, I>) filing;
        return typed;
    }

    private IllegalArgumentException missing(String index) {
        return new IllegalArgumentException("the informer has no such index '" + index + "', only "
                + filings.keySet().stream().sorted().toList()
                + "; add it with Informer.Builder.index or Informer.addIndex");
    }
}
