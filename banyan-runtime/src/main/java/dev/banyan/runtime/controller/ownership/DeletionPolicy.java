package dev.banyan.runtime.controller.ownership;

import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.util.ArrayList;
import java.util.Optional;

/** What becomes of the dependents of an object that is deleted. Needs a {@link GarbageCollector} that knows its kind and theirs. */
public enum DeletionPolicy {
    /** The object goes at once, its dependents after it. */
    BACKGROUND(""),
    /** The object goes when its dependents are gone; those that have another owner, which stays, only forget it. */
    FOREGROUND("dev.banyan/foreground"),
    /** The object goes when its dependents have forgotten it; they stay. */
    ORPHAN("dev.banyan/orphan");

    /** An object that is written this often between two looks at it is left for the caller to try again. */
    private static final int CONFLICTS_MAX = 5;

    private final String finalizer;

    DeletionPolicy(String finalizer) {
        this.finalizer = finalizer;
    }

    /** What holds the object until the collector has done its part; empty when nothing does. */
    public Optional<Finalizer> finalizer() {
        return finalizer.isEmpty() ? Optional.empty() : Optional.of(new Finalizer(finalizer));
    }

    /**
     * Asks for the deletion of the incarnation {@code uid}. An object whose deletion was asked for already keeps the policy it has.
     *
     * @return {@link WriteOutcome.NotFound} when the incarnation is gone
     * @throws dev.banyan.runtime.store.StoreException when the store cannot be read
     */
    public WriteOutcome delete(Store store, ObjectKey key, String uid) {
        var hold = finalizer();
        for (int attempt = 1; hold.isPresent(); attempt++) {
            var found = store.get(key, ReadAt.LATEST)
                    .filter(object -> object.meta().uid().equals(uid));
            if (found.isEmpty()) {
                return new WriteOutcome.NotFound(key);
            }
            var meta = found.get().meta();
            if (meta.deleting() || hold.get().holds(meta)) {
                break;
            }
            var outcome = store.commit(held(hold.get(), found.get()));
            if (!outcome.written() && !(outcome instanceof WriteOutcome.Conflict && attempt < CONFLICTS_MAX)) {
                return outcome;
            }
        }
        return store.commit(Commit.of(new Write.Delete(key, uid)));
    }

    private static Commit held(Finalizer hold, StoredObject object) {
        var finalizers = new ArrayList<>(object.meta().finalizers());
        finalizers.add(hold.name());
        return Commit.of(new Write.Update(object, Draft.from(object).finalizedBy(finalizers)));
    }
}
