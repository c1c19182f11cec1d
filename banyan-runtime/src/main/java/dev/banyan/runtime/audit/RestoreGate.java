package dev.banyan.runtime.audit;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.env.Task;
import dev.banyan.runtime.manager.Component;
import dev.banyan.runtime.manager.Health;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Listing;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.Watch;
import dev.banyan.runtime.store.WatchBatch;
import dev.banyan.runtime.store.WriteOutcome;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store in front of a store that stops all writes when the store went back to an older state, as after a restore: what this process and
 * the machines around it do now rests on a history that the store does not know any more. Reads go on. Thread-safe.
 *
 * <p><b>Guarantees.</b> Once any answer has shown an older state than this process had seen, every commit is {@link
 * WriteOutcome.Unavailable} until {@link #accept}. A commit is sent only when the store was found to be no older within the last second and
 * no call has failed since; otherwise the store is asked first, which costs one read. A restore takes the store away, so the first commit
 * after it meets that question. {@link #health} says what happened.
 *
 * <p><b>Caveats.</b> It stands below every cache, since a cache may answer from memory. A store that was restored and has then been written
 * beyond the revision that this process had seen is recognised only by a watch that was open ({@link
 * WatchBatch.Resync.Reason#HISTORY_REPLACED}) or by another cluster identity behind it.
 */
public final class RestoreGate implements Store, Component {
    /** Nobody stops a store, replaces its data and starts it again within this time. */
    private static final Duration VERIFIED_FOR = Duration.ofSeconds(1);

    private static final Duration PROBE_PERIOD = Duration.ofSeconds(2);

    /** Any key will do to ask for the newest revision; this one need not exist. */
    private static final Selection PROBE = Selection.of(ObjectKey.cluster(".cluster", "id"));

    private static final Logger LOG = LoggerFactory.getLogger(RestoreGate.class);

    private final Store behind;
    private final Env env;
    private final Signal pause; // never raised: waiting on it is a wait that cancellation ends
    private final ReentrantLock lock = new ReentrantLock();
    private final Watermark watermark; // guarded by lock
    private Optional<Long> verifiedNanos = Optional.empty(); // guarded by lock
    private volatile Optional<Task> task = Optional.empty(); // written by whoever starts

    private RestoreGate(Store behind, Env env, long seen) {
        this.behind = Objects.requireNonNull(behind, "behind");
        this.env = Objects.requireNonNull(env, "env");
        this.pause = env.signal();
        this.watermark = new Watermark(seen);
    }

    /** A gate that knows nothing of the past. */
    public static RestoreGate over(Store behind, Env env) {
        return new RestoreGate(behind, env, 0);
    }

    /** The same gate for a process that was at {@code revision}, see {@link #newestSeen}, before it was started again. */
    public static RestoreGate seenBefore(long revision, Store behind, Env env) {
        return new RestoreGate(behind, env, revision);
    }

    /** The newest revision that any answer has shown; worth keeping over a restart of the process. */
    public long newestSeen() {
        return locked(mark -> mark.mark().highest());
    }

    /** Why writes are stopped; empty while they are not. */
    public Optional<String> halted() {
        return locked(Watermark::regression)
                .map(back -> "the store went back from revision " + back.seen() + " to " + back.found()
                        + ", as after a restore; all writes are stopped until an operator accepts its present state");
    }

    /**
     * The operator's decision: the store's present state is the truth from now on, and writes go on. The answer is its revision.
     *
     * @throws StoreException when the store cannot say where it is; then nothing has changed
     */
    public long accept() {
        long revision = behind.list(PROBE, ReadAt.LATEST).revision();
        lock.lock();
        try {
            watermark.accept(revision);
            verifiedNanos = Optional.empty();
        } finally {
            lock.unlock();
        }
        LOG.atWarn().addKeyValue("revision", revision).log("store accepted as it is, writes go on");
        return revision;
    }

    @Override
    public String name() {
        return "restore gate";
    }

    @Override
    public Stage stage() {
        return Stage.SOURCE;
    }

    /** Starts to look at the store every two seconds, so that a restore shows though nobody reads or writes. */
    @Override
    public void start() {
        if (task.isPresent()) {
            throw new IllegalStateException("the restore gate is started already");
        }
        task = Optional.of(env.tasks().spawn(name(), this::look));
    }

    @Override
    public void stop() {
        task.ifPresent(Task::cancel);
        try {
            if (task.isPresent()) {
                task.get().join();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ready unless writes are stopped. */
    @Override
    public Health health() {
        return halted().map(Health::notReady).orElseGet(() -> Health.ready("newest revision seen is " + newestSeen()));
    }

    @Override
    public Optional<StoredObject> get(ObjectKey key, ReadAt at) {
        return asking(mark -> {
            var found = behind.get(key, at);
            found.ifPresent(object -> saw(mark, object.meta().revision()));
            return found;
        });
    }

    @Override
    public Listing list(Selection selection, ReadAt at) {
        return asking(mark -> {
            long asked = env.time().nanos();
            var listing = behind.list(selection, at);
            if (at instanceof ReadAt.Latest) {
                verified(mark, listing.revision(), asked);
            } else {
                saw(mark, listing.revision());
            }
            return listing;
        });
    }

    @Override
    public Watch watch(Selection selection, long afterRevision) {
        var mark = locked(Watermark::mark);
        return new SeenWatch(behind.watch(selection, afterRevision), mark, afterRevision);
    }

    @Override
    public WriteOutcome commit(Commit commit) {
        if (!verifiedLately()) {
            try {
                list(PROBE, ReadAt.LATEST);
            } catch (StoreException silent) {
                return new WriteOutcome.Unavailable("the store cannot say where it is: " + silent.getMessage());
            }
        }
        var stop = halted();
        if (stop.isPresent()) {
            return new WriteOutcome.Unavailable(stop.get());
        }
        var mark = locked(Watermark::mark);
        long asked = env.time().nanos();
        var outcome = behind.commit(commit);
        switch (outcome) {
            case WriteOutcome.Written(var revision) -> verified(mark, revision, asked);
            case WriteOutcome.Unavailable gone -> doubt();
            case WriteOutcome.Unknown lost -> doubt();
            case WriteOutcome.Conflict answered -> {}
            case WriteOutcome.AlreadyExists answered -> {}
            case WriteOutcome.NotFound answered -> {}
            case WriteOutcome.Rejected answered -> {}
            case WriteOutcome.Denied answered -> {}
            case WriteOutcome.Fenced answered -> {}
            case WriteOutcome.TooLarge answered -> {}
        }
        return outcome;
    }

    private void look() throws InterruptedException {
        while (true) {
            pause.await(PROBE_PERIOD);
            try {
                list(PROBE, ReadAt.LATEST);
            } catch (StoreException silent) {
                LOG.atDebug().setCause(silent).log("the store does not say how far it is");
            }
        }
    }

    /** A call that failed may have met a store that is being replaced. */
    private <R> R asking(Function<Watermark.Mark, R> question) {
        try {
            return question.apply(locked(Watermark::mark));
        } catch (StoreException failed) {
            if (failed.reason() == StoreException.Reason.UNAVAILABLE) {
                doubt();
            }
            throw failed;
        }
    }

    private boolean verifiedLately() {
        lock.lock();
        try {
            return verifiedNanos.isPresent()
                    && env.time().since(verifiedNanos.get()).compareTo(VERIFIED_FOR) < 0;
        } finally {
            lock.unlock();
        }
    }

    private void doubt() {
        lock.lock();
        try {
            verifiedNanos = Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    private void saw(Watermark.Mark mark, long revision) {
        locked(known -> {
            known.saw(mark, revision);
            return true;
        });
    }

    private void verified(Watermark.Mark mark, long revision, long askedNanos) {
        boolean back;
        lock.lock();
        try {
            back = watermark.mustContain(mark, revision);
            verifiedNanos = Optional.of(askedNanos);
        } finally {
            lock.unlock();
        }
        complain(back);
    }

    private void replaced(Watermark.Mark mark, long revision) {
        complain(locked(known -> known.replaced(mark, revision)));
    }

    private void complain(boolean back) {
        if (back) {
            LOG.atError().addKeyValue("reason", halted().orElse("")).log("all writes are stopped");
        }
    }

    private <R> R locked(Function<Watermark, R> step) {
        lock.lock();
        try {
            return step.apply(watermark);
        } finally {
            lock.unlock();
        }
    }

    /** Notes what comes by. */
    private final class SeenWatch implements Watch {
        private final Watch watch;
        private final Watermark.Mark mark;
        private final long after;

        SeenWatch(Watch watch, Watermark.Mark mark, long after) {
            this.watch = watch;
            this.mark = mark;
            this.after = after;
        }

        @Override
        public WatchBatch next() throws InterruptedException {
            return note(watch.next());
        }

        @Override
        public Optional<WatchBatch> next(Duration timeout) throws InterruptedException {
            return watch.next(timeout).map(this::note);
        }

        @Override
        public void close() {
            watch.close();
        }

        private WatchBatch note(WatchBatch batch) {
            switch (batch) {
                case WatchBatch.Changes changes -> saw(mark, changes.revision());
                case WatchBatch.Bookmark bookmark -> saw(mark, bookmark.revision());
                case WatchBatch.Resync(var reason) -> {
                    if (reason == WatchBatch.Resync.Reason.HISTORY_REPLACED) {
                        replaced(mark, after);
                    }
                }
                case WatchBatch.Closed closed -> {}
            }
            return batch;
        }
    }
}
