package dev.banyan.runtime.observe;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Listing;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Watch;
import dev.banyan.runtime.store.WatchBatch;
import dev.banyan.runtime.store.WriteOutcome;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A store whose calls are watched. It answers as the store behind it does. Thread-safe. */
public final class ObservedStore implements Store {
    private static final Logger LOG = LoggerFactory.getLogger(ObservedStore.class);

    private final Store behind;
    private final Env env;
    private final StoreObserver observer;
    private final AtomicBoolean told = new AtomicBoolean();

    /** {@code behind}, watched by {@code observer}; {@link FanOut#stores} makes one of several. */
    public ObservedStore(Store behind, Env env, StoreObserver observer) {
        this.behind = Objects.requireNonNull(behind, "behind");
        this.env = Objects.requireNonNull(env, "env");
        this.observer = Objects.requireNonNull(observer, "observer");
    }

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
        return new ObservedWatch(selection, behind.watch(selection, afterRevision));
    }

    @Override
    public WriteOutcome commit(Commit commit) {
        long started = env.time().nanos();
        var committing = ask(() -> observer.began(commit)).orElse(StoreObserver.Committing.UNSEEN);
        Optional<WriteOutcome> outcome = Optional.empty();
        try {
            var known = behind.commit(commit);
            outcome = Optional.of(known);
            return known;
        } finally {
            end(committing, outcome, env.time().since(started));
        }
    }

    private void end(StoreObserver.Committing committing, Optional<WriteOutcome> outcome, Duration took) {
        tell(() -> committing.ended(outcome, took));
    }

    private <R> Optional<R> ask(Supplier<R> question) {
        try {
            return Optional.of(question.get());
        } catch (RuntimeException | LinkageError | StackOverflowError failed) {
            failed(failed);
            return Optional.empty();
        }
    }

    private void tell(Runnable news) {
        try {
            news.run();
        } catch (RuntimeException | LinkageError | StackOverflowError failed) {
            failed(failed);
        }
    }

    private void failed(Throwable failure) {
        if (told.compareAndSet(false, true)) {
            LOG.atError().setCause(failure).log("observer of a store failed");
        }
    }

    /** Read by one task, as every watch is. */
    private final class ObservedWatch implements Watch {
        private final Selection selection;
        private final Watch watch;
        private boolean ended; // the reader's task

        ObservedWatch(Selection selection, Watch watch) {
            this.selection = selection;
            this.watch = watch;
        }

        @Override
        public WatchBatch next() throws InterruptedException {
            return seen(watch.next());
        }

        @Override
        public Optional<WatchBatch> next(Duration timeout) throws InterruptedException {
            return watch.next(timeout).map(this::seen);
        }

        @Override
        public void close() {
            watch.close();
        }

        private WatchBatch seen(WatchBatch batch) {
            if (!ended && batch instanceof WatchBatch.Resync resync) {
                ended = true; // every further call answers the same
                tell(() -> observer.resynced(selection, resync.reason()));
            }
            return batch;
        }
    }
}
