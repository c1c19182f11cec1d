package dev.banyan.runtime.benchmark.follow;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Task;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.WatchBatch;
import java.util.Optional;

/** A reader of the store that keeps nothing: what is left for the informer to lose. */
final class RawStore implements Subject {
    private static final Selection SELECTION = Selection.of(Things.KIND.name());

    private final Store store;
    private final Env env;
    private volatile int size;
    private Optional<Task> reader = Optional.empty();

    RawStore(Store store, Env env) {
        this.store = store;
        this.env = env;
    }

    @Override
    public void start(Runnable told) {
        reader = Optional.of(env.tasks().spawn("reader", () -> follow(list(told), told)));
    }

    private long list(Runnable told) {
        var listing = store.list(SELECTION, ReadAt.LATEST);
        listing.objects().forEach(object -> told.run());
        size = listing.objects().size();
        return listing.revision();
    }

    private void follow(long revision, Runnable told) throws InterruptedException {
        try (var watch = store.watch(SELECTION, revision)) {
            for (var batch = watch.next(); !(batch instanceof WatchBatch.Closed); batch = watch.next()) {
                if (batch instanceof WatchBatch.Changes changes) {
                    changes.events().forEach(event -> told.run());
                }
            }
        }
    }

    @Override
    public boolean has(int objects) {
        return size == objects;
    }

    @Override
    public void close() {
        reader.ifPresent(Task::cancel);
    }
}
