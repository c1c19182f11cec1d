package dev.banyan.runtime.cache;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.RandomSource;
import dev.banyan.runtime.env.Task;
import dev.banyan.runtime.manager.Component;
import dev.banyan.runtime.manager.Health;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.CommitPlan.Change;
import dev.banyan.runtime.store.Listing;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.ServedHistory;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.Watch;
import dev.banyan.runtime.store.WatchBatch;
import dev.banyan.runtime.store.WatchBatch.Resync;
import dev.banyan.runtime.store.WatchEvent;
import dev.banyan.runtime.store.WriteOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store in front of a store: one upstream watch of everything feeds any number of readers.
 *
 * <p><b>Guarantees.</b> Those of {@link Store}. A reader that has seen a newer revision than this cache, from another process, is never
 * shown older state: it waits a bounded time, then is refused or sent to list again. {@link ReadAt#LATEST} stays linearizable: a list
 * first asks upstream how far the history is. Writes and single reads of the newest state go upstream. <b>Caveats.</b> Memory holds every
 * object and the recent changes; see {@link ServedHistory.Limits}.
 */
public final class WatchCache implements Store, Component {
    private static final Logger LOG = LoggerFactory.getLogger(WatchCache.class);

    /** Any key will do to ask for the newest revision; this one need not exist. */
    private static final Selection BARRIER = Selection.of(ObjectKey.cluster(".cluster", "id"));

    /**
     * How long a list waits for this cache before it goes upstream: where others write to the same etcd outside the prefix, the newest
     * revision may never show in the watch.
     */
    private static final Duration BARRIER_PATIENCE = Duration.ofMillis(250);

    private static final Duration PAUSE_FIRST = Duration.ofMillis(50);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(2);

    private final Store upstream;
    private final Env env;
    private final RandomSource jitter;
    private final RelistBudget budget;
    private final ServedHistory history;
    private volatile @Nullable Task feeder;
    private volatile Optional<Watch> open = Optional.empty(); // written by the feeding task

    /** A cache of {@code upstream} that keeps as much history as is useful. */
    public WatchCache(Store upstream, Env env) {
        this(upstream, env, ServedHistory.Limits.DEFAULT, RelistBudget.standard(env));
    }

    /** A cache with a history of its own length. */
    public WatchCache(Store upstream, Env env, ServedHistory.Limits limits) {
        this(upstream, env, limits, RelistBudget.standard(env));
    }

    /** A cache that pays for listing again from a budget shared with whatever else of the process lists from {@code upstream}. */
    public WatchCache(Store upstream, Env env, ServedHistory.Limits limits, RelistBudget budget) {
        this.budget = budget;
        this.upstream = upstream;
        this.env = env;
        this.jitter = env.random().fork("watch cache");
        this.history = new ServedHistory(env, limits);
    }

    @Override
    public String name() {
        return "watch cache";
    }

    @Override
    public Stage stage() {
        return Stage.SOURCE;
    }

    /** Ready from the first list on; then it serves, however old, what it has. */
    @Override
    public Health health() {
        return synced() ? Health.ready("at revision " + revision()) : Health.notReady("waits for the first list");
    }

    @Override
    public boolean awaitReady(Duration atMost) throws InterruptedException {
        return awaitRevision(0, atMost);
    }

    /** Begins to fill. Until {@link #synced} readers wait. */
    @Override
    public void start() {
        if (feeder == null) {
            feeder = env.tasks().spawn("watch cache", this::feed);
        }
    }

    /** Ends the upstream watch and every watch that is served from it; does not return before the feeding task has ended. */
    @Override
    public void stop() {
        var running = feeder;
        if (running == null) {
            return;
        }
        running.cancel();
        try {
            running.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        history.close();
    }

    /** True once the first list has arrived. */
    public boolean synced() {
        return history.revision() >= 0;
    }

    /** The newest revision contained here; -1 before {@link #synced}. */
    public long revision() {
        return history.revision();
    }

    /** Waits until {@code revision}, usually that of an own write, is contained here; false when that takes longer. */
    public boolean awaitRevision(long revision, Duration timeout) throws InterruptedException {
        return history.await(revision, timeout);
    }

    /** Lists again soon, though nothing seems to be missing; every watch that is served from here then ends with a resync. */
    public void relist() {
        open.ifPresent(Watch::close);
    }

    @Override
    public Optional<StoredObject> get(ObjectKey key, ReadAt at) {
        return at instanceof ReadAt.Latest
                ? upstream.get(key, at)
                : list(Selection.of(key), at).objects().stream().findFirst();
    }

    @Override
    public Listing list(Selection selection, ReadAt at) {
        return switch (at) {
            case ReadAt.Latest latest -> newest(selection);
            case ReadAt.AtLeast atLeast -> history.list(selection, atLeast);
            case ReadAt.Exactly exactly -> exactly(selection, exactly);
        };
    }

    @Override
    public Watch watch(Selection selection, long afterRevision) {
        return synced() && afterRevision > history.revision() && afterRevision > upstreamRevision()
                ? history.ended(Resync.Reason.HISTORY_REPLACED)
                : history.watch(selection, afterRevision);
    }

    @Override
    public WriteOutcome commit(Commit commit) {
        return upstream.commit(commit);
    }

    private Listing newest(Selection selection) {
        long newest = upstream.list(BARRIER, ReadAt.LATEST).revision();
        try {
            return history.await(newest, BARRIER_PATIENCE)
                    ? history.list(selection, new ReadAt.AtLeast(newest))
                    : upstream.list(selection, ReadAt.LATEST);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new StoreException(
                    StoreException.Reason.UNAVAILABLE, "interrupted while waiting for revision " + newest, interrupted);
        }
    }

    /** Older states than this cache keeps may still be known upstream. */
    private Listing exactly(Selection selection, ReadAt.Exactly at) {
        try {
            return history.list(selection, at);
        } catch (StoreException failure) {
            if (failure.reason() == StoreException.Reason.COMPACTED) {
                return upstream.list(selection, at);
            }
            throw failure;
        }
    }

    /** How far the history is for certain; endless when upstream does not answer, so that nothing is concluded from its silence. */
    private long upstreamRevision() {
        try {
            return upstream.list(BARRIER, ReadAt.LATEST).revision();
        } catch (StoreException silent) {
            return Long.MAX_VALUE;
        }
    }

    private void feed() throws InterruptedException {
        var reason = Resync.Reason.TOO_FAR_BEHIND;
        var pause = PAUSE_FIRST;
        while (true) {
            try {
                var all = all();
                history.replace(all.revision(), all.objects(), reason);
                pause = PAUSE_FIRST;
                reason = follow(all.revision());
                LOG.atInfo()
                        .addKeyValue("reason", reason)
                        .addKeyValue("revision", history.revision())
                        .log("watch cache lists again");
            } catch (StoreException failure) {
                LOG.atWarn().addKeyValue("reason", failure.getMessage()).log("watch cache cannot list, trying again");
            } catch (IllegalArgumentException | IllegalStateException surprise) {
                LOG.atError().setCause(surprise).log("watch cache starts over"); // stale for ever would be worse
            }
            env.signal().await(pause.dividedBy(2).plusNanos(jitter.nextLong(pause.toNanos() / 2)));
            pause = pause.multipliedBy(2).compareTo(PAUSE_MAX) < 0 ? pause.multipliedBy(2) : PAUSE_MAX;
        }
    }

    private Listing all() throws InterruptedException {
        budget.enter(synced());
        try {
            return upstream.list(Selection.EVERYTHING, ReadAt.LATEST);
        } finally {
            budget.leave();
        }
    }

    /** Applies what happens after {@code revision} until history is missing. */
    private Resync.Reason follow(long revision) throws InterruptedException {
        try (var watch = upstream.watch(Selection.EVERYTHING, revision)) {
            open = Optional.of(watch);
            while (true) {
                switch (watch.next()) {
                    case WatchBatch.Changes changes -> apply(changes);
                    case WatchBatch.Bookmark(var reached) -> advance(reached);
                    case WatchBatch.Resync(var reason) -> {
                        return reason;
                    }
                    case WatchBatch.Closed closed -> {
                        return Resync.Reason.TOO_FAR_BEHIND;
                    }
                }
            }
        }
    }

    private void apply(WatchBatch.Changes batch) {
        var changes = new ArrayList<Change>(batch.events().size());
        for (var event : batch.events()) {
            changes.add(changeOf(event));
        }
        history.change(now -> {
            now.apply(batch.revision(), List.copyOf(changes));
            return true;
        });
    }

    private void advance(long revision) {
        history.change(now -> {
            now.advance(revision);
            return true;
        });
    }

    private static Change changeOf(WatchEvent event) {
        return switch (event) {
            case WatchEvent.Put(var object) -> new Change.Put(object);
            case WatchEvent.Deleted(var key) -> new Change.Remove(key);
        };
    }
}
