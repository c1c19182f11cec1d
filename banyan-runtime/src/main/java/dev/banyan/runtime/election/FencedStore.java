package dev.banyan.runtime.election;

import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Listing;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Watch;
import dev.banyan.runtime.store.WriteOutcome;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A store whose commits land only under the writer's current view. Reads pass through. Thread-safe.
 *
 * <p>A commit without a view is not sent: it is {@link WriteOutcome.Fenced} with revisions 0. The fence takes one of the commit's
 * preconditions, so the caller has {@link Commit#PRECONDITIONS_MAX} less one.
 */
public final class FencedStore implements Store {
    private final Store behind;
    private final Supplier<Optional<View>> view;
    private final Runnable refused;

    public FencedStore(Store behind, Supplier<Optional<View>> view) {
        this(behind, view, () -> {});
    }

    FencedStore(Store behind, Supplier<Optional<View>> view, Runnable refused) {
        this.behind = Objects.requireNonNull(behind, "behind");
        this.view = Objects.requireNonNull(view, "view");
        this.refused = refused;
    }

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
        var current = view.get();
        if (current.isEmpty()) {
            return new WriteOutcome.Fenced(View.KEY, 0, 0);
        }
        var outcome = behind.commit(commit.under(current.get().fence()));
        if (outcome instanceof WriteOutcome.Fenced) {
            refused.run();
        }
        return outcome;
    }
}
