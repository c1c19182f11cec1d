package dev.banyan.runtime.cache;

import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * A selection at one revision. Immutable.
 *
 * @param bytes content of all objects, as {@link Cached#bytes} counts it
 */
record Snapshot<S, T>(
        long revision,
        SortedTree<ObjectKey, Cached<S, T>> objects,
        Map<String, Index.Filing<S, T, ?>> filings,
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
        var filings = new TreeMap<String, Index.Filing<S, T, ?>>();
        for (var index : indexes) {
            filings.put(index.name(), Index.Filing.empty(index));
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
                throw new Quarantined.QuarantinedException(unreadable.reason());
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
        var texts = (Index.Filing<S, T, String>) filing;
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

    @Override
    public List<Resource<S, T>> lastReadable() {
        if (held.isEmpty()) {
            return list();
        }
        var all = new TreeMap<ObjectKey, Resource<S, T>>();
        list().forEach(resource -> all.put(resource.key(), resource));
        held.values().forEach(kept -> all.put(kept.reason().key(), readable(kept)));
        return List.copyOf(all.values());
    }

    @Override
    public Optional<Resource<S, T>> lastReadable(ObjectKey key) {
        var kept = held.get(key);
        return kept == null ? get(key) : Optional.of(readable(kept));
    }

    private static <S, T> Resource<S, T> readable(Held<S, T> kept) {
        return kept.told().orElseThrow(kept.reason()::refusal);
    }

    private <I> Index.Filing<S, T, I> filing(Index<S, T, I> index) {
        var filing = filings.get(index.name());
        if (filing == null || filing.index() != index) {
            throw missing(index.name());
        }
        @SuppressWarnings("unchecked") // a filing has the type of its index, and this is its index
        var typed = (Index.Filing<S, T, I>) filing;
        return typed;
    }

    private IllegalArgumentException missing(String index) {
        return new IllegalArgumentException("the informer has no such index '" + index + "', only "
                + filings.keySet().stream().sorted().toList()
                + "; add it with Informer.Builder.index or Informer.addIndex");
    }

    /** Reads whatever snapshot is current at the call. */
    record Live<S, T>(Supplier<Snapshot<S, T>> current) implements Lister<S, T> {
        @Override
        public Optional<Resource<S, T>> get(ObjectKey key) {
            return current.get().get(key);
        }

        @Override
        public List<Resource<S, T>> list() {
            return current.get().list();
        }

        @Override
        public <I> List<Resource<S, T>> byIndex(Index<S, T, I> index, I value) {
            return current.get().byIndex(index, value);
        }

        @Override
        public List<Resource<S, T>> byIndex(String index, String value) {
            return current.get().byIndex(index, value);
        }

        @Override
        public <I> List<Resource<S, T>> range(Index<S, T, I> index, Index.Range<I> range) {
            return current.get().range(index, range);
        }

        @Override
        public <I> int count(Index<S, T, I> index, I value) {
            return current.get().count(index, value);
        }

        @Override
        public <I> List<I> values(Index<S, T, I> index) {
            return current.get().values(index);
        }

        @Override
        public int size() {
            return current.get().size();
        }

        @Override
        public List<Quarantined> quarantined() {
            return current.get().quarantined();
        }

        @Override
        public List<Resource<S, T>> lastReadable() {
            return current.get().lastReadable();
        }

        @Override
        public Optional<Resource<S, T>> lastReadable(ObjectKey key) {
            return current.get().lastReadable(key);
        }

        @Override
        public long revision() {
            return current.get().revision();
        }
    }
}
