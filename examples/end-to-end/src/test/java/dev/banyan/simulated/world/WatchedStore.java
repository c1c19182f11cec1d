package dev.banyan.simulated.world;

import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Listing;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.Watch;
import dev.banyan.runtime.store.WriteOutcome;
import java.util.Optional;
import java.util.function.BiConsumer;

/** An engine's way to etcd: somebody learns what came of every commit, and the engine may die right before or right after any. */
record WatchedStore(Store store, Deaths deaths, BiConsumer<Commit, WriteOutcome> witness) implements Store {
    @Override
    public Optional<StoredObject> get(ObjectKey key, ReadAt at) {
        return store.get(key, at);
    }

    @Override
    public Listing list(Selection selection, ReadAt at) {
        return store.list(selection, at);
    }

    @Override
    public Watch watch(Selection selection, long afterRevision) {
        return store.watch(selection, afterRevision);
    }

    /** @throws StoreException as the store does */
    @Override
    public WriteOutcome commit(Commit commit) {
        deaths.before();
        var outcome = store.commit(commit);
        witness.accept(commit, outcome);
        deaths.after();
        return outcome;
    }
}
