package dev.banyan.engine;

import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Listing;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Watch;
import dev.banyan.runtime.store.WriteOutcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;

/** The way to a store on which a test stands: it sees each commit, can act right before one, and can answer in the store's place. */
public final class TappedStore implements Store {
    private final Store store;
    private final List<Commit> commits = new ArrayList<>();
    private final Queue<WriteOutcome> answers = new ArrayDeque<>();
    private Optional<Runnable> beforeCommit = Optional.empty();

    public TappedStore(Store store) {
        this.store = store;
    }

    /** Runs {@code action} when the next commit is on its way. */
    public void beforeNextCommit(Runnable action) {
        beforeCommit = Optional.of(action);
    }

    /** The next commit does not reach the store and ends so. */
    public void answerNext(WriteOutcome outcome) {
        answers.add(outcome);
    }

    /** What was asked for, answered by whomever. */
    public List<Commit> commits() {
        return List.copyOf(commits);
    }

    @Override
    public Optional<StoredObject> get(ObjectKey key, ReadAt at) {
        return store.get(key, at);
    }

    @Override
    public Listing list(Selection selection, ReadAt at) {
        return store.list(selection, at);
    }

    @Override
    public Watch watch(Selection selection, long afterRevision) {
        return store.watch(selection, afterRevision);
    }

    @Override
    public WriteOutcome commit(Commit commit) {
        commits.add(commit);
        var action = beforeCommit;
        beforeCommit = Optional.empty();
        action.ifPresent(Runnable::run);
        return answers.isEmpty() ? store.commit(commit) : answers.remove();
    }
}
