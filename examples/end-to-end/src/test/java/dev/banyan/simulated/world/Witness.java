package dev.banyan.simulated.world;

import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.WatchBatch;

/** Who looks at everything that happens, and throws an {@link AssertionError} when it must not be. */
public interface Witness {
    /** The store reached another revision; the chronicle shows it already. */
    void stored(WatchBatch.Changes changes);

    /** An agent is about to make a container on {@code machine}. */
    void creating(Machine machine, String taskUid);

    /** Something changed among the containers of {@code machine}. */
    void contained(Machine machine);

    /** A commit that came by an engine has landed at {@code revision}. */
    void landed(Commit commit, long revision);

    /** Sees nothing. */
    Witness NOBODY = new Witness() {
        @Override
        public void stored(WatchBatch.Changes changes) {}

        @Override
        public void creating(Machine machine, String taskUid) {}

        @Override
        public void contained(Machine machine) {}

        @Override
        public void landed(Commit commit, long revision) {}
    };
}
