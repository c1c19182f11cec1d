package dev.banyan.runtime.store;

import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A store that a test can replace, make fail, cut the watches of, and ask what was asked of it. */
public final class ManagedStore implements Store {
    private Store behind;
    private Optional<StoreException> failure = Optional.empty();
    private final List<ReadAt> lists = new ArrayList<>();
    private final List<Long> watches = new ArrayList<>();
    private final List<CuttableWatch> open = new ArrayList<>();

    public ManagedStore(Store behind) {
        this.behind = behind;
    }

    /** As a restore does: another store answers from now on, and watches of the old one end. */
    public void replaceBy(Store other) {
        behind = other;
        cutWatches(new WatchBatch.Resync(WatchBatch.Resync.Reason.HISTORY_REPLACED));
    }

    /** The same without a word to the watches. */
    public void replaceSilentlyBy(Store other) {
        behind = other;
    }

    /** Every read fails so from now on. */
    public void fail(StoreException.Reason reason, String message) {
        failure = Optional.of(new StoreException(reason, message));
    }

    public void heal() {
        failure = Optional.empty();
    }

    /** Every open watch ends with {@code last}. */
    public void cutWatches(WatchBatch last) {
        for (var watch : open) {
            watch.last = Optional.of(last);
            watch.watch.close();
        }
        open.clear();
    }

    /** Where lists were asked to be, in order. */
    public List<ReadAt> lists() {
        return lists;
    }

    /** After which revision watches were opened, in order. */
    public List<Long> watches() {
        return watches;
    }

    @Override
    public Optional<StoredObject> get(ObjectKey key, ReadAt at) {
        failIfWanted();
        return behind.get(key, at);
    }

    @Override
    public Listing list(Selection selection, ReadAt at) {
        lists.add(at);
        failIfWanted();
        return behind.list(selection, at);
    }

    @Override
    public Watch watch(Selection selection, long afterRevision) {
        watches.add(afterRevision);
        failIfWanted();
        var watch = new CuttableWatch(behind.watch(selection, afterRevision));
        open.add(watch);
        return watch;
    }

    @Override
    public WriteOutcome commit(Commit commit) {
        return failure.<WriteOutcome>map(failed -> new WriteOutcome.Unavailable(String.valueOf(failed.getMessage())))
                .orElseGet(() -> behind.commit(commit));
    }

    private void failIfWanted() {
        if (failure.isPresent()) {
            throw failure.get();
        }
    }

    private static final class CuttableWatch implements Watch {
        private final Watch watch;
        private Optional<WatchBatch> last = Optional.empty();

        CuttableWatch(Watch watch) {
            this.watch = watch;
        }

        @Override
        public WatchBatch next() throws InterruptedException {
            var batch = watch.next();
            return batch instanceof WatchBatch.Closed ? last.orElse(batch) : batch;
        }

        @Override
        public Optional<WatchBatch> next(Duration timeout) throws InterruptedException {
            return watch.next(timeout).map(batch -> batch instanceof WatchBatch.Closed ? last.orElse(batch) : batch);
        }

        @Override
        public void close() {
            watch.close();
        }
    }
}
