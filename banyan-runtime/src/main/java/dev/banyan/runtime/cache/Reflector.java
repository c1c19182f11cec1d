package dev.banyan.runtime.cache;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Mailbox;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.queue.Backoff;
import dev.banyan.runtime.store.Listing;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.WatchBatch;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a selection from a store into a mailbox: a listing, then what follows it, then again a listing whenever the watch has lost history.
 * Runs on one task; a full mailbox holds it back, and the watch behind it is bounded.
 */
final class Reflector {
    /** What the mailbox receives. */
    sealed interface Input {
        /** All objects at one revision. */
        record Listed(Listing listing) implements Input {}

        /** What was kept from an earlier life, since the store does not answer. */
        record Recalled(Listing listing) implements Input {}

        /** What one revision changed. */
        record Changed(WatchBatch.Changes changes) implements Input {}

        /** Nothing changed up to this revision. */
        record Progressed(long revision) implements Input {}

        /** The receiver has something else to look at. */
        record Nudge() implements Input {}
    }

    /** The first retry is soon, since most failures are a reconnection; later ones leave an overloaded store alone. */
    private static final Duration RETRY_FIRST = Duration.ofMillis(50);

    private static final Duration RETRY_LAST = Duration.ofSeconds(15);

    private static final Logger LOG = LoggerFactory.getLogger(Reflector.class);

    private final String name;
    private final Store store;
    private final Selection selection;
    private final Mailbox<Input> output;
    private final Backoff backoff;
    private final Signal pause; // never raised: waiting on it is a wait that cancellation ends

    private volatile Optional<String> trouble = Optional.empty(); // written by the reflector's task
    private int failures; // this and what follows: the reflector's task
    private long applied;
    private ReadAt wanted = ReadAt.LATEST;
    private Supplier<Optional<Listing>> kept; // asked once at most

    Reflector(
            String name,
            Store store,
            Selection selection,
            Supplier<Optional<Listing>> kept,
            Env env,
            Mailbox<Input> output) {
        this.name = name;
        this.store = store;
        this.selection = selection;
        this.kept = kept;
        this.output = output;
        this.backoff = Backoff.of(RETRY_FIRST, RETRY_LAST, env.random().fork("reflector/" + name));
        this.pause = env.signal();
    }

    /** What keeps the copy from being brought up to date; empty while all is well. */
    Optional<String> trouble() {
        return trouble;
    }

    void run() throws InterruptedException {
        while (true) {
            try {
                listAndFollow();
            } catch (RuntimeException failed) {
                report(failed);
                recall(failed);
            }
            failures++;
            pause.await(backoff.after(failures));
        }
    }

    /** Returns when the watch has lost history. */
    private void listAndFollow() throws InterruptedException {
        var listing = store.list(selection, wanted);
        if (wanted instanceof ReadAt.AtLeast && listing.revision() < applied) {
            throw new StoreException(
                    StoreException.Reason.CORRUPT,
                    "listing " + name + " went back from revision " + applied + " to " + listing.revision());
        }
        applied = listing.revision();
        kept = Optional::empty;
        output.put(new Input.Listed(listing));
        trouble = Optional.empty();
        wanted = new ReadAt.AtLeast(applied);
        try (var watch = store.watch(selection, applied)) {
            boolean open = true;
            while (open) {
                open = forward(watch.next());
            }
        }
    }

    /** A store that is away is no reason to show nothing; one that refuses or answers nonsense is. */
    private void recall(RuntimeException failed) throws InterruptedException {
        if (failed instanceof StoreException away && away.reason() == StoreException.Reason.UNAVAILABLE) {
            var recalled = kept.get();
            kept = Optional::empty;
            if (recalled.isPresent()) {
                output.put(new Input.Recalled(recalled.get()));
            }
        }
    }

    /** False when the batch is the watch's last. */
    private boolean forward(WatchBatch batch) throws InterruptedException {
        return switch (batch) {
            case WatchBatch.Changes changes -> {
                output.put(new Input.Changed(changes));
                progressed(changes.revision());
                yield true;
            }
            case WatchBatch.Bookmark bookmark -> {
                output.put(new Input.Progressed(bookmark.revision()));
                progressed(bookmark.revision());
                yield true;
            }
            case WatchBatch.Resync resync -> {
                LOG.atInfo()
                        .addKeyValue("informer", name)
                        .addKeyValue("reason", resync.reason())
                        .log("watch lost history, listing again");
                wanted = resync.reason() == WatchBatch.Resync.Reason.HISTORY_REPLACED
                        ? ReadAt.LATEST
                        : new ReadAt.AtLeast(applied);
                yield false;
            }
            case WatchBatch.Closed closed -> false;
        };
    }

    /** Only a watch that delivers ends the streak: one that resyncs at once every time must slow down too. */
    private void progressed(long revision) {
        applied = Math.max(applied, revision);
        failures = 0;
    }

    private void report(RuntimeException failed) {
        var first = trouble.isEmpty();
        trouble = Optional.of(String.valueOf(failed.getMessage()));
        if (first) {
            LOG.atWarn()
                    .addKeyValue("informer", name)
                    .addKeyValue("revision", applied)
                    .setCause(failed)
                    .log("store cannot be read, trying again");
        }
    }
}
