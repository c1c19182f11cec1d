package dev.banyan.simulated.wire;

import dev.banyan.runtime.env.RandomSource;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Listing;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Watch;
import dev.banyan.runtime.store.WriteOutcome;
import java.time.Duration;
import java.util.Optional;

/** A process's store in whose calls it falls asleep: with a read that it has not acted on, a write that is decided, or one that has landed. */
record Pausing(Store behind, SimulatedProcess process, SessionWorld world) implements Store {
    @Override
    public Optional<StoredObject> get(ObjectKey key, ReadAt at) {
        var answer = behind.get(key, at);
        perhaps();
        return answer;
    }

    @Override
    public Listing list(Selection selection, ReadAt at) {
        var answer = behind.list(selection, at);
        perhaps();
        return answer;
    }

    @Override
    public Watch watch(Selection selection, long afterRevision) {
        return behind.watch(selection, afterRevision);
    }

    @Override
    public WriteOutcome commit(Commit commit) {
        perhaps();
        var outcome = behind.commit(commit);
        perhaps();
        return outcome;
    }

    private void perhaps() {
        world.trial().faults().strike(Fate.PAUSE_IN_CALL, process.name()).ifPresent(this::pause);
    }

    private void pause(RandomSource drawn) {
        world.trial().reached("a pause inside a call");
        world.pause(process, Duration.ofMillis(1 + drawn.nextInt(Fate.PAUSE_MAX_MS)));
        process.away(Duration.ZERO); // comes back when it goes on
    }
}
