package dev.banyan.runtime.simulation;

import dev.banyan.runtime.store.Store;

/** What must hold in every state of the store that anyone could see. */
@FunctionalInterface
public interface Invariant {
    /**
     * Looks at the truth after a revision; it does not write.
     *
     * @throws AssertionError saying what is wrong
     */
    void check(Store truth);
}
