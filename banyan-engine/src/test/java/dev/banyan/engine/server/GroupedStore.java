package dev.banyan.engine.server;

import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.ObjectMeta;
import dev.banyan.runtime.resource.OwnerReference;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.KeyRange;
import dev.banyan.runtime.store.Listing;
import dev.banyan.runtime.store.Precondition;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Watch;
import dev.banyan.runtime.store.WatchBatch;
import dev.banyan.runtime.store.WatchEvent;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Gives every kind a group on its way to a store and takes it off on the way back, so that what was written for plain names runs on
 * registered kinds. {@code a-b} becomes {@code a.example-b}: names keep their order, and the order of their paths.
 */
record GroupedStore(Store store) implements Store {
    private static final String GROUP = ".example";

    static String grouped(String kind) {
        return kind.replaceFirst("^\\.?([a-z]+)", "$1" + GROUP);
    }

    @Override
    public Optional<StoredObject> get(ObjectKey key, ReadAt at) {
        return store.get(in(key), at).map(GroupedStore::out);
    }

    @Override
    public Listing list(Selection selection, ReadAt at) {
        var listing = store.list(in(selection), at);
        var objects = listing.objects().stream()
                .filter(object -> object.key().kind().contains(GROUP))
                .map(GroupedStore::out)
                .toList();
        return new Listing(listing.revision(), objects);
    }

    @Override
    public Watch watch(Selection selection, long afterRevision) {
        var watch = store.watch(in(selection), afterRevision);
        return new Watch() {
            @Override
            public WatchBatch next() throws InterruptedException {
                return out(watch.next());
            }

            @Override
            public Optional<WatchBatch> next(Duration timeout) throws InterruptedException {
                return watch.next(timeout).map(GroupedStore::out);
            }

            @Override
            public void close() {
                watch.close();
            }
        };
    }

    @Override
    public WriteOutcome commit(Commit commit) {
        var conditions = commit.preconditions().stream().map(GroupedStore::in).toList();
        var writes = commit.writes().stream().map(GroupedStore::in).toList();
        return out(store.commit(new Commit(conditions, writes)));
    }

    private static ObjectKey in(ObjectKey key) {
        return new ObjectKey(grouped(key.kind()), key.namespace(), key.name());
    }

    private static ObjectKey out(ObjectKey key) {
        var kind = key.kind().equals("claims" + GROUP) ? ".claims" : key.kind().replace(GROUP, "");
        return new ObjectKey(kind, key.namespace(), key.name());
    }

    private static Selection in(Selection selection) {
        var kind = selection.kind().map(GroupedStore::grouped);
        var range = selection.keys();
        return new Selection(
                kind,
                selection.namespace(),
                selection.name(),
                new KeyRange(grouped(range.from()), grouped(range.until())),
                selection.labels(),
                selection.detail());
    }

    private static Draft in(Draft draft) {
        var owners = draft.owners().stream()
                .map(owner -> new OwnerReference(in(owner.key()), owner.uid()))
                .toArray(OwnerReference[]::new);
        return Draft.of(in(draft.key()), draft.spec())
                .labelled(draft.labels())
                .annotated(draft.annotations())
                .ownedBy(owners)
                .finalizedBy(draft.finalizers());
    }

    private static StoredObject in(StoredObject object) {
        return new StoredObject(in(object.key()), object.meta(), object.spec(), object.status());
    }

    private static StoredObject out(StoredObject object) {
        var meta = object.meta();
        List<OwnerReference> owners = meta.owners().stream()
                .map(owner -> new OwnerReference(out(owner.key()), owner.uid()))
                .toList();
        var plain = new ObjectMeta(
                meta.uid(),
                meta.labels(),
                meta.annotations(),
                owners,
                meta.finalizers(),
                meta.generation(),
                meta.revision(),
                meta.createRevision(),
                meta.creationTime(),
                meta.deletionTime(),
                meta.nonce());
        return new StoredObject(out(object.key()), plain, object.spec(), object.status());
    }

    private static Precondition in(Precondition condition) {
        return switch (condition) {
            case Precondition.Unchanged(var key, var revision) -> new Precondition.Unchanged(in(key), revision);
            case Precondition.SameIncarnation(var key, var created) ->
                new Precondition.SameIncarnation(in(key), created);
            case Precondition.Absent(var key) -> new Precondition.Absent(in(key));
            case Precondition.Fence(var key, var revision) -> new Precondition.Fence(in(key), revision);
        };
    }

    private static Write in(Write write) {
        return switch (write) {
            case Write.Create(var draft) -> new Write.Create(in(draft));
            case Write.Update(var base, var draft) -> new Write.Update(in(base), in(draft));
            case Write.UpdateStatus(var key, var uid, var status) -> new Write.UpdateStatus(in(key), uid, status);
            case Write.Delete(var key, var uid) -> new Write.Delete(in(key), uid);
        };
    }

    private static WriteOutcome out(WriteOutcome outcome) {
        return switch (outcome) {
            case WriteOutcome.Conflict(var key, var revision) -> new WriteOutcome.Conflict(out(key), revision);
            case WriteOutcome.AlreadyExists(var key) -> new WriteOutcome.AlreadyExists(out(key));
            case WriteOutcome.NotFound(var key) -> new WriteOutcome.NotFound(out(key));
            case WriteOutcome.Fenced(var key, var expected, var actual) ->
                new WriteOutcome.Fenced(out(key), expected, actual);
            case WriteOutcome.TooLarge(var key, var bytes, var limit) ->
                new WriteOutcome.TooLarge(out(key), bytes, limit);
            case WriteOutcome other -> other;
        };
    }

    private static WatchBatch out(WatchBatch batch) {
        return batch instanceof WatchBatch.Changes(var revision, var events)
                ? new WatchBatch.Changes(
                        revision, events.stream().map(GroupedStore::out).toList())
                : batch;
    }

    private static WatchEvent out(WatchEvent event) {
        return switch (event) {
            case WatchEvent.Put(var object) -> new WatchEvent.Put(out(object));
            case WatchEvent.Deleted(var key) -> new WatchEvent.Deleted(out(key));
        };
    }
}
