package dev.banyan.runtime.simulation.perturbation;

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
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** A store whose first list of each selection is old, and whose watches begin late. */
final class StaleView implements Store {
    /** Time enough for a controller to act on what it sees. */
    private static final Duration BEHIND = Duration.ofSeconds(10);

    private final Store way;
    private final SimulatedProcess process;
    private final long revision;
    private final Set<Selection> listed = new HashSet<>();

    StaleView(Store way, SimulatedProcess process, long revision) {
        this.way = way;
        this.process = process;
        this.revision = revision;
    }

    @Override
    public Optional<StoredObject> get(ObjectKey key, ReadAt at) {
        return way.get(key, at);
    }

    @Override
    public Listing list(Selection selection, ReadAt at) {
        return way.list(selection, listed.add(selection) ? new ReadAt.Exactly(revision) : at);
    }

    @Override
    public Watch watch(Selection selection, long afterRevision) {
        process.away(BEHIND);
        return way.watch(selection, afterRevision);
    }

    @Override
    public WriteOutcome commit(Commit commit) {
        return way.commit(commit);
    }
}
