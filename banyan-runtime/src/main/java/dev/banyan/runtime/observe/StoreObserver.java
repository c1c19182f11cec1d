package dev.banyan.runtime.observe;

import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.WatchBatch;
import dev.banyan.runtime.store.WriteOutcome;
import java.time.Duration;
import java.util.Optional;

/** Learns of the calls to a store, on the threads that make them: it must be quick. What it throws is dropped. Thread-safe. */
public interface StoreObserver {
    /** A commit under way. */
    @FunctionalInterface
    interface Committing {
        /** Nobody looks. */
        Committing UNSEEN = (outcome, took) -> {};

        /** It has ended, on the same thread; without an outcome when the store threw. */
        void ended(Optional<WriteOutcome> outcome, Duration took);
    }

    /** A commit begins. */
    default Committing began(Commit commit) {
        return Committing.UNSEEN;
    }

    /** A watch has ended since history is missing: its reader lists again. */
    default void resynced(Selection selection, WatchBatch.Resync.Reason reason) {}
}
