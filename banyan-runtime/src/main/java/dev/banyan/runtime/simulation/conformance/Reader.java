package dev.banyan.runtime.simulation.conformance;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Watch;
import dev.banyan.runtime.store.WatchBatch;
import dev.banyan.runtime.store.WatchEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Reads a watch and checks at every batch that time only moves forward. */
final class Reader implements AutoCloseable {
    /** Longer than any store needs; only a broken one makes a case wait for it. */
    static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Watch watch;
    private final Env env;
    private final List<WatchBatch.Changes> changes = new ArrayList<>();
    private long reached;

    Reader(Store store, Selection selection, long after, Env env) {
        this.watch = store.watch(selection, after);
        this.env = env;
        this.reached = after;
    }

    /** Reads until everything up to {@code revision} was delivered; what was delivered so far. */
    List<WatchBatch.Changes> readTo(long revision) throws InterruptedException {
        while (reached < revision) {
            take(next());
        }
        return List.copyOf(changes);
    }

    /** Reads until the watch ends; its last word. */
    WatchBatch readToEnd() throws InterruptedException {
        while (true) {
            var batch = next();
            if (batch instanceof WatchBatch.Resync || batch instanceof WatchBatch.Closed) {
                return batch;
            }
            take(batch);
        }
    }

    /** All events so far. */
    List<WatchEvent> events() {
        return changes.stream().flatMap(batch -> batch.events().stream()).toList();
    }

    /** The events so far in short: {@code +name} for a put, {@code -name} for a deletion. */
    List<String> story() {
        return events().stream()
                .map(event -> (event instanceof WatchEvent.Put ? "+" : "-")
                        + event.key().name())
                .toList();
    }

    long reached() {
        return reached;
    }

    Watch watch() {
        return watch;
    }

    @Override
    public void close() {
        watch.close();
    }

    private WatchBatch next() throws InterruptedException {
        long start = env.time().nanos();
        var batch = watch.next(PATIENCE);
        return batch.orElseThrow(
                () -> new AssertionError("nothing came for " + env.time().since(start) + " after revision " + reached));
    }

    private void take(WatchBatch batch) {
        switch (batch) {
            case WatchBatch.Changes delivered -> {
                Check.that(
                        delivered.revision() > reached, "revision " + delivered.revision() + " comes after " + reached);
                Check.that(!delivered.events().isEmpty(), "a batch of changes has events");
                delivered.events().forEach(event -> checkRevision(event, delivered.revision()));
                reached = delivered.revision();
                changes.add(delivered);
            }
            case WatchBatch.Bookmark(var revision) -> {
                Check.that(revision >= reached, "bookmark " + revision + " is not before " + reached);
                reached = revision;
            }
            case WatchBatch.Resync resync ->
                throw new AssertionError("unexpected " + resync + " after revision " + reached);
            case WatchBatch.Closed closed -> throw new AssertionError("closed after revision " + reached);
        }
    }

    private static void checkRevision(WatchEvent event, long revision) {
        if (event instanceof WatchEvent.Put(var object)) {
            Check.equal(revision, object.meta().revision(), "revision of " + object.key() + " in a batch");
        }
    }
}
