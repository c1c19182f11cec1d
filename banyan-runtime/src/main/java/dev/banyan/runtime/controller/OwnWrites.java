package dev.banyan.runtime.controller;

import dev.banyan.runtime.controller.Source.Trigger;
import dev.banyan.runtime.resource.ObjectKey;
import java.util.List;

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
