package dev.banyan.runtime.cache;

import dev.banyan.runtime.cache.CacheMetrics.Cause;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Mailbox;
import dev.banyan.runtime.env.RandomSource;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.queue.Backoff;
import dev.banyan.runtime.store.Listing;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.Watch;
import dev.banyan.runtime.store.WatchBatch;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a selection from a store into a mailbox: a listing, then what follows it. Runs on one task; a full mailbox holds it back, and the
 * watch behind it is bounded.
 *
 * <p><b>Resume or relist.</b> A watch that ends without saying that history is missing is opened again where it ended, a few times in a
 * row; one that says so, or that does not come back, costs a new listing, spread in time and paid from the process's budget.
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

    /**
     * What is read and under which terms.
     *
     * @param name for logs and figures
     * @param kept what to show when the store cannot be reached at the start; asked once at most
     */
    record Source(
            String name,
            Store store,
            Selection selection,
            RelistBudget budget,
            CacheMetrics metrics,
            Supplier<Optional<Listing>> kept) {}

    /** The first retry is soon, since most failures are a reconnection; later ones leave an overloaded store alone. */
    private static final Duration RETRY_FIRST = Duration.ofMillis(50);

    private static final Duration RETRY_LAST = Duration.ofSeconds(15);

    /** Whatever ended this watch ended those of other processes too; they must not list in the same moment. */
    private static final Duration RELIST_SPREAD = Duration.ofMillis(500);

    /** Attempts to go on where a watch ended before history is taken for lost. */
    private static final int RESUMES_MAX = 3;

    private static final Logger LOG = LoggerFactory.getLogger(Reflector.class);

    private final Source source;
    private final Env env;
    private final Mailbox<Input> output;
    private final Backoff backoff;
    private final RandomSource jitter;
    private final Signal pause; // never raised: waiting on it is a wait that cancellation ends

    private volatile Optional<Informer.Trouble> trouble = Optional.empty(); // written by the reflector's task
    private volatile boolean asked; // raised by anybody, lowered by the reflector's task
    private volatile Optional<Watch> open = Optional.empty(); // written by the reflector's task
    private int failures; // this and what follows: the reflector's task
    private long applied;
    private boolean listedOnce;
    private ReadAt wanted = ReadAt.LATEST;
    private Optional<Cause> due = Optional.of(Cause.START);
    private Supplier<Optional<Listing>> kept;

    Reflector(Source source, Env env, Mailbox<Input> output) {
        this.source = source;
        this.kept = source.kept();
        this.env = env;
        this.output = output;
        this.jitter = env.random().fork("informer/" + source.name());
        this.backoff = Backoff.of(RETRY_FIRST, RETRY_LAST, jitter.fork("backoff"));
        this.pause = env.signal();
    }

    /** Why nothing comes in; empty while all is well. */
    Optional<Informer.Trouble> trouble() {
        return trouble;
    }

    /** Lists again soon, though nothing seems to be missing. */
    void relist() {
        asked = true;
        open.ifPresent(Watch::close);
    }

    void run() throws InterruptedException {
        while (true) {
            try {
                if (due.isPresent()) {
                    list(due.get());
                }
                follow();
            } catch (RuntimeException failed) {
                failed(failed);
                recall(failed);
            }
            failures++;
            pause.await(pauseLength());
        }
    }

    private Duration pauseLength() {
        var length = backoff.after(failures);
        return due.isPresent() && listedOnce ? length.plusNanos(jitter.nextLong(RELIST_SPREAD.toNanos())) : length;
    }

    private void list(Cause cause) throws InterruptedException {
        source.budget().enter(listedOnce);
        try {
            long started = env.time().nanos();
            var listing = source.store().list(source.selection(), wanted);
            if (wanted instanceof ReadAt.AtLeast && listing.revision() < applied) {
                throw new StoreException(
                        StoreException.Reason.CORRUPT,
                        "listing " + source.name() + " went back from revision " + applied + " to "
                                + listing.revision());
            }
            source.metrics()
                    .listed(
                            source.name(),
                            cause,
                            listing.objects().size(),
                            env.time().since(started));
            listed(listing);
        } finally {
            source.budget().leave();
        }
    }

    private void listed(Listing listing) throws InterruptedException {
        applied = listing.revision();
        kept = Optional::empty;
        output.put(new Input.Listed(listing));
        trouble = Optional.empty();
        due = Optional.empty();
        listedOnce = true;
        wanted = new ReadAt.AtLeast(applied);
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

    /** Returns when the watch has ended, for whatever reason. */
    private void follow() throws InterruptedException {
        try (var watch = source.store().watch(source.selection(), applied)) {
            open = Optional.of(watch);
            if (asked) {
                open.ifPresent(Watch::close); // somebody asked before there was anything to close
            }
            boolean going = true;
            while (going) {
                going = forward(watch.next());
            }
        } finally {
            open = Optional.empty();
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
                        .addKeyValue("informer", source.name())
                        .addKeyValue("reason", resync.reason())
                        .log("watch lost history, listing again");
                due = Optional.of(causeOf(resync.reason()));
                wanted = resync.reason() == WatchBatch.Resync.Reason.HISTORY_REPLACED
                        ? ReadAt.LATEST
                        : new ReadAt.AtLeast(applied);
                yield false;
            }
            case WatchBatch.Closed closed -> {
                ended();
                yield false;
            }
        };
    }

    private static Cause causeOf(WatchBatch.Resync.Reason reason) {
        return switch (reason) {
            case COMPACTED -> Cause.COMPACTED;
            case TOO_FAR_BEHIND -> Cause.BEHIND;
            case HISTORY_REPLACED -> Cause.REPLACED;
        };
    }

    private void ended() {
        if (asked) {
            asked = false;
            due = Optional.of(Cause.ASKED);
            wanted = ReadAt.LATEST;
        } else if (failures >= RESUMES_MAX) {
            due = Optional.of(Cause.FAILED);
        }
    }

    /** Only a watch that delivers ends the streak: one that resyncs at once every time must slow down too. */
    private void progressed(long revision) {
        applied = Math.max(applied, revision);
        failures = 0;
        trouble = Optional.empty();
    }

    private void failed(RuntimeException failure) {
        if (due.isEmpty() && failures >= RESUMES_MAX) {
            due = Optional.of(Cause.FAILED);
        }
        var first = trouble.isEmpty();
        trouble = Optional.of(Informer.Trouble.of(failure, failures + 1));
        if (first) {
            LOG.atWarn()
                    .addKeyValue("informer", source.name())
                    .addKeyValue("revision", applied)
                    .addKeyValue("reason", trouble.get().reason())
                    .setCause(failure)
                    .log("store cannot be read, trying again");
        }
    }
}
