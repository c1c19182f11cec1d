package dev.banyan.runtime.simulation.broken;

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

/** Repeats every commit until it lands, whatever the answer was. */
record StubbornStore(Store store) implements Store {
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
        var outcome = store.commit(commit);
        while (!outcome.written()) {
            outcome = store.commit(commit);
        }
        return outcome;
    }
}
