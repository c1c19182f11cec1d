package dev.banyan.engine.definition;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.KindDefinitionSpec;
import dev.banyan.runtime.controller.Reconciler;
import dev.banyan.runtime.controller.Request;
import dev.banyan.runtime.controller.Result;
import dev.banyan.runtime.resource.ObjectMeta;
import dev.banyan.runtime.resource.OwnerReference;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Precondition;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One definition at a time: brings its removal to an end, and collects objects of the kind whose owners are gone. */
public final class DefinitionReconciler implements Reconciler {
    /** Objects of registered kinds have no informers here, so the last one's end is looked for. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private static final ReadAt CACHED = new ReadAt.AtLeast(0);

    private final Store store;
    private final Removal removal;

    /** Writes to {@code store} alone. */
    public DefinitionReconciler(Store store) {
        this.store = store;
        this.removal = new Removal(store);
    }

    @Override
    public Result reconcile(Request request) {
        var definition = store.get(request.key(), ReadAt.LATEST);
        if (definition.isEmpty()) {
            return Result.done();
        }
        var spec = Kinds.DEFINITIONS.spec().decode(definition.get().spec());
        return spec.getRemoval() == KindDefinitionSpec.Removal.NONE
                ? collect(request.key().name())
                : remove(definition.get());
    }

    private Result remove(StoredObject definition) {
        var progress = removal.step(definition);
        return switch (progress.last()) {
            case WriteOutcome.Written written -> progress.gone() ? Result.done() : Result.requeueAfter(LOOK_AGAIN);
            case WriteOutcome.NotFound gone -> Result.requeueAfter(LOOK_AGAIN);
            case WriteOutcome other -> Result.after(other);
        };
    }

    private Result collect(String kind) {
        var owners = new HashMap<OwnerReference, Boolean>();
        var all = Selection.of(kind).with(Selection.Detail.METADATA);
        for (var object : store.list(all, CACHED).objects()) {
            if (orphan(object.meta(), owners)) {
                // Unchanged: in between it may have been given to an owner that is there.
                var same =
                        new Precondition.Unchanged(object.key(), object.meta().revision());
                var outcome = store.commit(
                        Commit.of(new Write.Delete(object.key(), object.meta().uid()))
                                .under(same));
                if (!landedOrLate(outcome)) {
                    return Result.after(outcome);
                }
            }
        }
        return Result.done();
    }

    private boolean orphan(ObjectMeta meta, Map<OwnerReference, Boolean> known) {
        return !meta.owners().isEmpty() && !meta.deleting() && noneIsThere(meta.owners(), known);
    }

    private boolean noneIsThere(List<OwnerReference> owners, Map<OwnerReference, Boolean> known) {
        return owners.stream()
                .noneMatch(owner ->
                        known.computeIfAbsent(owner, each -> isThere(each, CACHED) || isThere(each, ReadAt.LATEST)));
    }

    private boolean isThere(OwnerReference owner, ReadAt at) {
        return store.get(owner.key(), at)
                .filter(object -> object.meta().uid().equals(owner.uid()))
                .isPresent();
    }

    /** Whoever was quicker has done it, or has changed it: the next look decides. */
    private static boolean landedOrLate(WriteOutcome outcome) {
        return outcome.written()
                || outcome instanceof WriteOutcome.NotFound
                || outcome instanceof WriteOutcome.Conflict;
    }
}
