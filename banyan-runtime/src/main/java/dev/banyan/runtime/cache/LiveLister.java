package dev.banyan.runtime.cache;

import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Reads whatever snapshot is current at the call. */
record LiveLister<S, T>(Supplier<Snapshot<S, T>> current) implements Lister<S, T> {
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
    public long revision() {
        return current.get().revision();
    }
}
