package dev.banyan.runtime.store;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.CommitPlan.Change;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Objects in memory: the reference home of the contract, for tests, simulation and volatile state. What it says is lost with the
 * process. Thread-safe.
 */
public final class MemoryStore implements Store {
    private final Env env;
    private final ServedHistory history;

    /** An empty store that keeps as much history as is useful. */
    public MemoryStore(Env env) {
        this(env, ServedHistory.Limits.DEFAULT);
    }

    /** An empty store with a history of its own length. */
    public MemoryStore(Env env, ServedHistory.Limits limits) {
        this.env = env;
        this.history = new ServedHistory(env, limits);
        history.change(empty -> {
            empty.reset(1, 0, List.of()); // like an etcd that was never written: 0 stays free to say "absent"
            return true;
        });
    }

    @Override
    public Optional<StoredObject> get(ObjectKey key, ReadAt at) {
        return history.get(key, at);
    }

    @Override
    public Listing list(Selection selection, ReadAt at) {
        return history.list(selection, at);
    }

    @Override
    public Watch watch(Selection selection, long afterRevision) {
        return afterRevision > history.revision() // nothing is ever ahead of the only copy
                ? history.ended(WatchBatch.Resync.Reason.HISTORY_REPLACED)
                : history.watch(selection, afterRevision);
    }

    @Override
    public WriteOutcome commit(Commit commit) {
        var stamp = CommitPlanner.Stamp.draw(commit, env);
        return history.change(now -> switch (CommitPlanner.plan(commit, objectsOf(commit, now), stamp)) {
            case CommitPlan.Refused(var outcome) -> outcome;
            case CommitPlan.Apply(var changes) -> apply(changes, now);
        });
    }

    /** Forgets the changes up to and including {@code revision}: reads and watches from before it fail from now on. */
    public void compact(long revision) {
        history.change(now -> {
            now.compact(revision);
            return true;
        });
    }

    private static Map<ObjectKey, StoredObject> objectsOf(Commit commit, History now) {
        var objects = new HashMap<ObjectKey, StoredObject>();
        commit.writes().forEach(write -> now.get(write.key()).ifPresent(object -> objects.put(object.key(), object)));
        commit.preconditions()
                .forEach(condition -> now.get(condition.key()).ifPresent(object -> objects.put(object.key(), object)));
        return objects;
    }

    private static WriteOutcome apply(List<Change> changes, History now) {
        if (!changes.isEmpty()) {
            long revision = now.revision() + 1;
            var landed = new ArrayList<Change>();
            for (var change : changes) {
                landed.add(
                        change instanceof Change.Put(var object) ? new Change.Put(object.landedAt(revision)) : change);
            }
            now.apply(revision, landed);
        }
        return new WriteOutcome.Written(now.revision());
    }
}
