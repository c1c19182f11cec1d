package dev.banyan.runtime.election;

import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Listing;
import dev.banyan.runtime.store.Precondition;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Watch;
import dev.banyan.runtime.store.WriteOutcome;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A store whose commits land only while the writer has the right to act. Reads pass through. Thread-safe.
 *
 * <p>A commit without a right is not sent: it is {@link WriteOutcome.Fenced} with revisions 0. The fence takes one of the commit's
 * preconditions, so the caller has {@link Commit#PRECONDITIONS_MAX} less one.
 */
public final class FencedStore implements Store {
    private final Store behind;
    private final Supplier<Optional<Precondition.Fence>> right;
    private final Runnable refusal;

    private volatile boolean refused;

    /** Commits under whatever view is the current one when they are made. */
    public FencedStore(Store behind, Supplier<Optional<View>> view) {
        this(behind, () -> view.get().map(View::fence), () -> {});
    }

    FencedStore(Store behind, Supplier<Optional<Precondition.Fence>> right, Runnable refusal) {
        this.behind = Objects.requireNonNull(behind, "behind");
        this.right = right;
        this.refusal = refusal;
    }

    /** Commits under {@code fence} for ever, whatever becomes of it. */
    public static FencedStore under(Store behind, Precondition.Fence fence) {
        return under(behind, fence, () -> {});
    }

    static FencedStore under(Store behind, Precondition.Fence fence, Runnable refusal) {
        var right = Optional.of(fence);
        return new FencedStore(behind, () -> right, refusal);
    }

    /** True once the store has said that a right of this writer is over. */
    boolean refused() {
        return refused;
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
        var current = right.get();
        if (current.isEmpty()) {
            return new WriteOutcome.Fenced(View.KEY, 0, 0);
        }
        var fence = current.get();
        var outcome = behind.commit(commit.under(fence));
        // a commit may carry a fence of its caller's as well, whose failure says nothing of this one
        if (outcome instanceof WriteOutcome.Fenced(var key, var expected, var actual)
                && key.equals(fence.key())
                && expected == fence.revision()) {
            refused = true;
            refusal.run();
        }
        return outcome;
    }
}
