package dev.banyan.engine.collection;

import dev.banyan.runtime.controller.Reconciler;
import dev.banyan.runtime.controller.Request;
import dev.banyan.runtime.controller.Result;
import dev.banyan.runtime.resource.OwnerReference;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Precondition;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;

/** Deletes the requested object if all its owners are gone. */
public final class CollectionReconciler implements Reconciler {
    private static final ReadAt CACHED = new ReadAt.AtLeast(0);

    private final Store store;

    public CollectionReconciler(Store store) {
        this.store = store;
    }

    @Override
    public Result reconcile(Request request) {
        var found = store.get(request.key(), CACHED);
        if (found.isEmpty()) {
            return Result.done();
        }
        var meta = found.get().meta();
        boolean orphan = !meta.owners().isEmpty()
                && !meta.deleting()
                && meta.owners().stream().noneMatch(owner -> exists(owner, CACHED))
                && meta.owners().stream().noneMatch(owner -> exists(owner, ReadAt.LATEST));
        if (!orphan) {
            return Result.done();
        }
        // Unchanged: in between it may have been given to an owner that is there.
        var unchanged = new Precondition.Unchanged(request.key(), meta.revision());
        var outcome = store.commit(
                Commit.of(new Write.Delete(request.key(), meta.uid())).under(unchanged));
        return outcome instanceof WriteOutcome.NotFound ? Result.done() : Result.after(outcome);
    }

    private boolean exists(OwnerReference owner, ReadAt at) {
        return store.get(owner.key(), at)
                .map(object -> object.meta().uid().equals(owner.uid()))
                .orElse(false);
    }
}
