package dev.banyan.runtime.store;

import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;
import java.util.Optional;

/** A home of objects. Thread-safe; calls block. See the package for the guarantees. */
public interface Store {
    /**
     * Reads one object.
     *
     * @throws StoreException when the store cannot answer
     */
    Optional<StoredObject> get(ObjectKey key, ReadAt at);

    /**
     * Reads all objects of a selection at one revision, in key order.
     *
     * @throws StoreException when the store cannot answer, or {@code at} is compacted
     */
    Listing list(Selection selection, ReadAt at);

    /**
     * Opens a watch that delivers what happens to {@code selection} after {@code afterRevision}. Interruptions of the connection are
     * bridged inside; the caller sees a gap only as {@link WatchBatch.Resync}. An object that leaves the selection reads as deleted.
     *
     * @param afterRevision usually {@link Listing#revision()}; 0 starts at the beginning of history
     */
    Watch watch(Selection selection, long afterRevision);

    /** Applies all writes if all preconditions hold, as one revision. Never throws for an expected outcome. */
    WriteOutcome commit(Commit commit);
}
