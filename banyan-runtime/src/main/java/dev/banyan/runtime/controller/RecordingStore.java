package dev.banyan.runtime.controller;

import dev.banyan.runtime.controller.RecordingStore.OwnWrites.OwnWrite;
import dev.banyan.runtime.controller.Source.Trigger;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Listing;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Watch;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The store of one reconcile: notes what lands. Thread-safe. */
final class RecordingStore implements Store {
    /**
     * One call of a reconciler.
     *
     * @param written what it has written so far
     */
    record Call(Reconciler reconciler, Supplier<OwnWrites> written) {
        /** Of one whose writes are not seen. */
        static Call of(Reconciler reconciler) {
            return new Call(reconciler, () -> OwnWrites.NONE);
        }

        /** Of one that writes to {@code behind} by way of a store of its own; {@code outcomes} learns of each commit. */
        static Call of(Reconciler.Writing reconciler, Store behind, Consumer<WriteOutcome> outcomes) {
            var store = new RecordingStore(behind, outcomes);
            return new Call(request -> reconciler.reconcile(request, store), store::written);
        }
    }

    /**
     * What one reconcile wrote. Immutable.
     *
     * @param writes at most {@link #WRITES_MAX}; one that is left out is only taken for somebody else's
     * @param revision the newest that it wrote, 0 for none
     */
    record OwnWrites(List<OwnWrite> writes, long revision) {
        static final OwnWrites NONE = new OwnWrites(List.of(), 0);

        /** Sixteen full commits. */
        static final int WRITES_MAX = 1_024;

        /** {@link OwnWrite#base} of a write that does not compare what it replaces. */
        static final long ANY = -1;

        /**
         * One write.
         *
         * @param revision where it landed
         * @param base the revision that it replaced, 0 for a creation, {@link #ANY} when it did not look
         */
        record OwnWrite(ObjectKey key, long revision, long base) {}

        OwnWrites {
            writes = List.copyOf(writes);
        }

        /**
         * Whether an event shows one of these writes and nothing else. Events may skip states, so a write that did not compare its base explains
         * a change of the status alone: somebody else's change of the rest may be in the same event.
         */
        boolean explain(Trigger event) {
            if (event.changes().urgent()) {
                return false;
            }
            for (var write : writes) {
                if (write.revision() == event.revision() && write.key().equals(event.object())) {
                    return write.base() == ANY ? event.changes().statusOnly() : write.base() == event.base();
                }
            }
            return false;
        }
    }

    private final Store behind;
    private final Consumer<WriteOutcome> outcomes;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<OwnWrite> writes = new ArrayList<>(); // guarded by lock
    private long revision; // guarded by lock

    RecordingStore(Store behind, Consumer<WriteOutcome> outcomes) {
        this.behind = behind;
        this.outcomes = outcomes;
    }

    /** What landed so far. */
    OwnWrites written() {
        lock.lock();
        try {
            return new OwnWrites(writes, revision);
        } finally {
            lock.unlock();
        }
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
        var outcome = behind.commit(commit);
        if (outcome instanceof WriteOutcome.Written written) {
            note(commit, written.revision());
        }
        outcomes.accept(outcome);
        return outcome;
    }

    private void note(Commit commit, long landed) {
        lock.lock();
        try {
            revision = Math.max(revision, landed);
            for (var write : commit.writes()) {
                if (writes.size() < OwnWrites.WRITES_MAX) {
                    writes.add(new OwnWrite(write.key(), landed, baseOf(write)));
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private static long baseOf(Write write) {
        return switch (write) {
            case Write.Create create -> 0;
            case Write.Update update -> update.base().meta().revision();
            case Write.UpdateStatus status -> OwnWrites.ANY;
            case Write.Delete delete -> OwnWrites.ANY;
        };
    }
}
