package dev.banyan.runtime.benchmark.micro;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Mailbox;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Listing;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Watch;
import dev.banyan.runtime.store.WatchBatch;
import dev.banyan.runtime.store.WatchEvent;
import dev.banyan.runtime.store.WriteOutcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A store that lists what it was given and whose one watch says what it is told; it costs as little as can be. */
final class ToldStore implements Store {
    private static final int AHEAD_MAX = 1_024;

    private final List<StoredObject> objects;
    private final Mailbox<WatchBatch> told;

    ToldStore(Env env, List<StoredObject> objects) {
        this.objects = objects;
        this.told = env.mailbox(AHEAD_MAX);
    }

    void tell(StoredObject object) throws InterruptedException {
        told.put(new WatchBatch.Changes(object.meta().revision(), List.of(new WatchEvent.Put(object))));
    }

    @Override
    public Optional<StoredObject> get(ObjectKey key, ReadAt at) {
        return Optional.empty();
    }

    @Override
    public Listing list(Selection selection, ReadAt at) {
        return new Listing(objects.size(), objects);
    }

    @Override
    public WriteOutcome commit(Commit commit) {
        return new WriteOutcome.Denied("nobody writes here");
    }

    @Override
    public Watch watch(Selection selection, long afterRevision) {
        return new Watch() {
            @Override
            public WatchBatch next() throws InterruptedException {
                return told.take();
            }

            @Override
            public Optional<WatchBatch> next(Duration timeout) throws InterruptedException {
                return told.poll(timeout);
            }

            @Override
            public void close() {}
        };
    }
}
