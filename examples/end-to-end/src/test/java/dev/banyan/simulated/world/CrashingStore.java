package dev.banyan.simulated.world;

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

/** A store whose process may die right before or right after any commit. */
record CrashingStore(Store store, Deaths deaths) implements Store {
    /** Asks fate, and does not return when it strikes. */
    interface Deaths {
        void before();

        void after();
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
        return store.watch(selection, afterRevision);
    }

    @Override
    public WriteOutcome commit(Commit commit) {
        deaths.before();
        var outcome = store.commit(commit);
        deaths.after();
        return outcome;
    }
}
