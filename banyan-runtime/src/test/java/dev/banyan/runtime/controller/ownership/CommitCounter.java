package dev.banyan.runtime.controller.ownership;

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
import java.util.function.Consumer;

/** Shows each commit to a test before it is sent. */
record CommitCounter(Store behind, Consumer<Commit> look) implements Store {
    @Override
    public Optional<StoredObject> get(ObjectKey key, ReadAt at) {
        return behind.get(key, at);
    }

    @Override
    public Listing list(Selection selection, ReadAt at) {
        return behind.list(selection, at);
    }

    @Override
    public Watch watch(Selection selection, long afterRevision) {
        return behind.watch(selection, afterRevision);
    }

    @Override
    public WriteOutcome commit(Commit commit) {
        look.accept(commit);
        return behind.commit(commit);
    }
}
