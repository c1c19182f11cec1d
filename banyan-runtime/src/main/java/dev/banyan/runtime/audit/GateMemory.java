package dev.banyan.runtime.audit;

import java.util.Optional;
import java.util.Set;

/**
 * Where a {@link RestoreGate} keeps what it knows of the store, so that a restart of the process does not forget it: a file beside the
 * process and never the store itself. Called by one task at a time.
 */
public interface GateMemory {
    /** What was kept last; empty in a first life. */
    Optional<Seen> recall();

    /** Keeps it whole or not at all; it must be on the disk when this returns. May fail, and is then asked again later. */
    void keep(Seen seen);

    /**
     * What a process knows of its store's history.
     *
     * @param newest the newest revision that any answer has shown
     * @param signs what the gate's own object in the store may contain; empty text where it may be absent, and no text when nothing is known
     * @param acceptance the newest decision of an operator that is known; empty when there is none
     */
    record Seen(long newest, Set<String> signs, String acceptance) {
        public Seen {
            signs = Set.copyOf(signs);
        }
    }
}
