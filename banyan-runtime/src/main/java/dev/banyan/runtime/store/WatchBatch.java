package dev.banyan.runtime.store;

import java.util.List;

/** What a watch delivers: one revision at a time. */
public sealed interface WatchBatch {
    /** All changes of the selection that one revision made, in key order; never empty. */
    record Changes(long revision, List<WatchEvent> events) implements WatchBatch {
        public Changes {
            events = List.copyOf(events);
        }
    }

    /** Nothing of the selection changed up to and including {@code revision}. */
    record Bookmark(long revision) implements WatchBatch {}

    /** History is missing: the reader lists again and opens a new watch. The last batch of this one. */
    record Resync(Reason reason) implements WatchBatch {
        /** Why history is missing. */
        public enum Reason {
            /** The start lies before the oldest kept revision. */
            COMPACTED,
            /** The reader or the connection was too slow. */
            TOO_FAR_BEHIND,
            /** The store's history was replaced, for example by a restore. */
            HISTORY_REPLACED
        }
    }

    /** The watch was closed on this side. */
    record Closed() implements WatchBatch {}
}
