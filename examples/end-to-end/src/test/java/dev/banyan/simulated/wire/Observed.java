package dev.banyan.simulated.wire;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Listing;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Watch;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.util.Optional;

/** An engine's store that tells of each judgement when it is made, before it travels. */
record Observed(Store behind, Judgements judgements, SimulatedProcess engine) implements Store {
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
        for (var write : commit.writes()) {
            if (write instanceof Write.UpdateStatus update
                    && update.key().kind().equals(Kinds.AGENTS.name())) {
                judgements.made(
                        engine.name(),
                        update.key().name(),
                        Kinds.AGENTS.status().decode(update.status()).getState());
            }
        }
        return behind.commit(commit);
    }
}
