package dev.banyan.runtime.store;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * A {@link History} that many readers share: it serves lists at a revision, and watches that read the ring through a cursor of their
 * own, so that memory is bounded by the ring and not by the number or slowness of the watches. Thread-safe; its lock is never held
 * while something waits.
 */
public final class ServedHistory {
    private final Env env;
    private final Limits limits;
    private final ReentrantLock lock = new ReentrantLock();
    private final History history; // guarded by lock
    private final List<HistoryWatch> watches = new ArrayList<>(); // guarded by lock
    private final List<Waiter> waiters = new ArrayList<>(); // guarded by lock

    /** Serves an empty history that is behind everything until {@link #replace} or a reset inside {@link #change}. */
    public ServedHistory(Env env, Limits limits) {
        this.env = env;
        this.limits = limits;
        this.history = new History(limits.revisions(), limits.bytes());
    }

    /**
     * How much is kept and how long is waited.
     *
     * @param revisions revisions of history: how far a watch may fall behind
     * @param bytes bytes of the changed objects in it; the newest revision is always kept
     * @param bookmarkDelay least distance between bookmarks of a watch whose selection does not change
     * @param patience how long a reader that is ahead of this history is kept waiting for it
     */
    public record Limits(int revisions, long bytes, Duration bookmarkDelay, Duration patience) {
        /**
         * 10,000 revisions are five seconds of the fastest writer measured, beyond which listing again is cheaper than replay; 20 ms let a
         * controller see its own writes soon after them without waking every reader at every write.
         */
        public static final Limits DEFAULT =
                new Limits(10_000, 64L * 1024 * 1024, Duration.ofMillis(20), Duration.ofSeconds(3));

        public Limits {
            if (revisions < 1 || bytes < 1) {
                throw new IllegalArgumentException("a history keeps at least one revision and one byte");
            }
        }
    }

    private record Waiter(long revision, Signal signal) {}

    /** Changes the history under the lock and wakes whom it concerns. {@code step} neither blocks nor keeps the history. */
    public <R> R change(Function<History, R> step) {
        var awake = new ArrayList<Signal>();
        lock.lock();
        try {
            var result = step.apply(history);
            collectWatches(awake);
            collectWaiters(awake);
            return result;
        } finally {
            lock.unlock();
            awake.forEach(Signal::raise);
        }
    }

    /**
     * Starts over with a list of everything at {@code revision}; what led there is not known. Ends every open watch with {@code reason},
     * except those that still wait for a revision which this list may contain.
     */
    public void replace(long revision, Collection<StoredObject> objects, WatchBatch.Resync.Reason reason) {
        var awake = new ArrayList<Signal>();
        lock.lock();
        try {
            for (var watch : List.copyOf(watches)) {
                if (reason == WatchBatch.Resync.Reason.HISTORY_REPLACED || !watch.ahead(history)) {
                    watch.end(new WatchBatch.Resync(reason));
                }
                awake.add(watch.signal());
            }
            history.reset(revision, revision, objects);
            collectWaiters(awake);
        } finally {
            lock.unlock();
            awake.forEach(Signal::raise);
        }
    }

    /** The newest contained revision; -1 before the first list. */
    public long revision() {
        return underLock(History::revision);
    }

    /** One object; {@link ReadAt#LATEST} means the newest state here. */
    public Optional<StoredObject> get(ObjectKey key, ReadAt at) {
        return list(Selection.of(key), at).objects().stream().findFirst();
    }

    /**
     * The objects of a selection; {@link ReadAt#LATEST} means the newest state here.
     *
     * @throws StoreException COMPACTED when the state is no longer kept, UNAVAILABLE when it is not reached within the patience
     */
    public Listing list(Selection selection, ReadAt at) {
        return switch (at) {
            case ReadAt.Latest latest -> underLock(now -> new Listing(now.revision(), now.select(selection)));
            case ReadAt.AtLeast(var revision) -> {
                reach(revision);
                yield underLock(now -> new Listing(now.revision(), now.select(selection)));
            }
            case ReadAt.Exactly(var revision) -> {
                reach(revision);
                yield underLock(now -> exactly(now, selection, revision));
            }
        };
    }

    /** Opens a watch after {@code afterRevision}; one that is ahead of this history is kept waiting for the patience. */
    public Watch watch(Selection selection, long afterRevision) {
        lock.lock();
        try {
            var watch = new HistoryWatch(this, selection, afterRevision, env, limits);
            watches.add(watch);
            watch.open(history);
            return watch;
        } finally {
            lock.unlock();
        }
    }

    /** Closes every open watch; their readers see the end. */
    public void close() {
        var awake = new ArrayList<Signal>();
        lock.lock();
        try {
            for (var watch : List.copyOf(watches)) {
                watch.end(new WatchBatch.Closed());
                awake.add(watch.signal());
            }
        } finally {
            lock.unlock();
            awake.forEach(Signal::raise);
        }
    }

    /** A watch that has ended for {@code reason} before it began. */
    public Watch ended(WatchBatch.Resync.Reason reason) {
        var watch = new HistoryWatch(this, Selection.EVERYTHING, 0, env, limits);
        return underLock(now -> {
            watch.end(new WatchBatch.Resync(reason));
            return watch;
        });
    }

    /** Waits until {@code revision} is contained; false when that takes longer than {@code timeout}. */
    public boolean await(long revision, Duration timeout) throws InterruptedException {
        long start = env.time().nanos();
        var waiter = new Waiter(revision, env.signal());
        try {
            while (!reachedOrRegistered(waiter)) {
                var left = timeout.minus(env.time().since(start));
                if (left.isNegative() || left.isZero()) {
                    return false;
                }
                waiter.signal().await(left);
            }
            return true;
        } finally {
            remove(waiter);
        }
    }

    /** Answers {@code question} under the lock; for the watches of this room. */
    <R> R underLock(Function<History, R> question) {
        lock.lock();
        try {
            return question.apply(history);
        } finally {
            lock.unlock();
        }
    }

    /** Called by a watch under the lock when it has ended. */
    void forget(HistoryWatch watch) {
        watches.remove(watch);
    }

    private void reach(long revision) {
        try {
            if (!await(revision, limits.patience())) {
                throw new StoreException(
                        StoreException.Reason.UNAVAILABLE,
                        "revision " + revision + " is not reached here yet; this is revision " + revision());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new StoreException(
                    StoreException.Reason.UNAVAILABLE,
                    "interrupted while waiting for revision " + revision,
                    interrupted);
        }
    }

    private static Listing exactly(History history, Selection selection, long revision) {
        if (revision < history.floor()) {
            throw new StoreException(
                    StoreException.Reason.COMPACTED,
                    "revision " + revision + " is compacted; the oldest kept is " + history.floor());
        }
        return new Listing(revision, history.select(selection, revision));
    }

    private void collectWatches(List<Signal> awake) {
        for (var watch : watches) {
            if (watch.concerns(history)) {
                awake.add(watch.signal());
            }
        }
    }

    private void collectWaiters(List<Signal> awake) {
        for (Iterator<Waiter> all = waiters.iterator(); all.hasNext(); ) {
            var waiter = all.next();
            if (waiter.revision() <= history.revision()) {
                awake.add(waiter.signal());
                all.remove();
            }
        }
    }

    private boolean reachedOrRegistered(Waiter waiter) {
        return underLock(now -> {
            if (now.revision() >= waiter.revision()) {
                return true;
            }
            if (!waiters.contains(waiter)) {
                waiters.add(waiter);
            }
            return false;
        });
    }

    private void remove(Waiter waiter) {
        lock.lock();
        try {
            waiters.remove(waiter);
        } finally {
            lock.unlock();
        }
    }
}
