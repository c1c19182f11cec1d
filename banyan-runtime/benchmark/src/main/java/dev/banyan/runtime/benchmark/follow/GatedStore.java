package dev.banyan.runtime.benchmark.follow;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Listing;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Watch;
import dev.banyan.runtime.store.WriteOutcome;
import java.util.Optional;

/** A store whose first watch opens when it is told to. */
final class GatedStore implements Store {
    private final Store store;
    private final Signal opened;

    GatedStore(Store store, Env env) {
        this.store = store;
        this.opened = env.signal();
    }

    void open() {
        opened.raise();
    }

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
        try {
            opened.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        opened.raise(); // for whoever opens one again
        return store.watch(selection, afterRevision);
    }

    @Override
    public WriteOutcome commit(Commit commit) {
        return store.commit(commit);
    }
}
