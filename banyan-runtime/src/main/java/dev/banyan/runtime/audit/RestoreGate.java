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
import dev.banyan.runtime.store.Precondition;
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
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store in front of a store that closes when the store went back to an older state, as after a restore: what this process and the machines
 * around it do now rests on a history that the store does not know any more. Thread-safe.
 *
 * <p><b>Guarantees.</b> Once any answer has shown that the store has not the history that this process has seen, every commit is {@link
 * WriteOutcome.Unavailable}, every read fails, and every watch ends, until {@link #accept}. Nothing of the older state gets through, so
 * caches above go on showing what they had, and nobody stops what runs for a state that nobody has chosen. Watches that were open before the
 * acceptance end with {@link WatchBatch.Resync.Reason#HISTORY_REPLACED}. {@link #health} says what happened and what to do.
 *
 * <p><b>How it knows.</b> By the revision, and by signs: see {@link #remembering}. An answer is relied on for a second while no call fails;
 * then one small read asks again, which is what comes first after a restore.
 *
 * <p><b>Caveats.</b> It stands below every cache, since a cache may answer from memory.
 */
public final class RestoreGate implements Store, Component {
    /** Nobody stops a store, replaces its data and starts it again within this time. */
    private static final Duration VERIFIED_FOR = Duration.ofSeconds(1);

    private static final Duration PROBE_PERIOD = Duration.ofSeconds(2);

    /** What was lost and is younger than this may be without a sign; each signature is one small write. */
    static final Duration SIGN_PERIOD = Duration.ofSeconds(10);

    /** A commit meets a sign that was renewed meanwhile once; more often it is not the sign's fault. */
    private static final int SENDINGS_MAX = 3;

    private static final Logger LOG = LoggerFactory.getLogger(RestoreGate.class);

    private final Store behind;
    private final Env env;
    private final Optional<GateMemory> memory;
    private final SharedSigns signs;
    private final Signal pause; // never raised: waiting on it is a wait that cancellation ends
    private final Set<SeenWatch> open = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final ReentrantLock keeping = new ReentrantLock(); // held while the memory is written
    private final AtomicBoolean deciding = new AtomicBoolean(); // raised while an acceptance is carried out
    private final Watermark watermark; // guarded by lock
    private Optional<Long> verifiedNanos = Optional.empty(); // guarded by lock
    private long keptRevision; // the gate's task
    private volatile boolean forgetful; // the memory could not be written last time
    private volatile boolean unsigned = true; // raised by whoever accepts, lowered by the gate's task
    private volatile Optional<Task> task = Optional.empty(); // written by whoever starts

    private RestoreGate(Store behind, Env env, String name, Optional<GateMemory> memory) {
        this.behind = Objects.requireNonNull(behind, "behind");
        this.env = Objects.requireNonNull(env, "env");
        this.memory = memory;
        this.signs = new SharedSigns(behind, env, name);
        this.pause = env.signal();
        this.watermark = new Watermark(memory.flatMap(GateMemory::recall)
                .orElseGet(() -> Watermark.blank().seen()));
    }

    /** A gate that judges by revisions, knows nothing of the past, and writes nothing itself. */
    public static RestoreGate over(Store behind, Env env) {
        return new RestoreGate(behind, env, "none", Optional.empty());
    }

    /**
     * A gate that remembers over a restart of its process and signs the store: every ten seconds it writes a text of its own making into an
     * object of its own, and every commit through it compares that object. So a commit lands in the history that was signed last or not at
     * all, and a store that was restored and has come further since is recognised as well. What remains is a restore of a state younger than
     * the last signature, that others have written beyond what this process had seen.
     *
     * @param name of this process among those that share the store: lower-case letters, digits, {@code .}, {@code -} and {@code _}
     */
    public static RestoreGate remembering(String name, GateMemory memory, Store behind, Env env) {
        return new RestoreGate(behind, env, name, Optional.of(memory));
    }

    /** The newest revision that any answer has shown. */
    public long newestSeen() {
        return locked(known -> known.mark().highest());
    }

    /**
     * Why the gate is closed.
     *
     * @param reason what happened and what to do, for people
     * @param seen the newest revision of the history that the store has not
     * @param found where the store was found instead
     */
    public record Stopped(String reason, long seen, long found) {}

    /** Why the gate is closed; empty while it is open. */
    public Optional<Stopped> stopped() {
        return locked(Watermark::regression).map(Watermark.Regression::told);
    }

    /** The reason alone. */
    public Optional<String> halted() {
        return stopped().map(Stopped::reason);
    }

    /**
     * What an operator has accepted.
     *
     * @param seen the newest revision that was known before
     * @param found the revision at which the store was found without that history
     * @param revision from which work goes on
     */
    public record Accepted(long seen, long found, long revision) {}

    /**
     * The operator's decision: the store's present state is the truth from now on, and work goes on. A gate that remembers writes the decision
     * into the store, where all other gates of it find it, and first brings the store's revision beyond what was seen, so that nobody takes
     * a revision of the lost history for one of this. Empty when nothing is stopped: then nothing was done.
     *
     * @throws StoreException when the store cannot say where it is or cannot be written; then work is still stopped
     */
    public Optional<Accepted> accept() {
        if (!deciding.compareAndSet(false, true)) {
            throw new StoreException(StoreException.Reason.UNAVAILABLE, "the decision is being carried out already");
        }
        try {
            var back = locked(Watermark::regression);
            return back.map(found -> new Accepted(
                    found.seen(), found.found(), memory.isPresent() ? decide(found) : agree(signs.testimony())));
        } finally {
            deciding.set(false);
        }
    }

    @Override
    public String name() {
        return "restore gate";
    }

    @Override
    public Stage stage() {
        return Stage.SOURCE;
    }

    /** Starts to look at the store every two seconds, so that a restore shows though nobody reads or writes, and to sign it. */
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
        open.forEach(SeenWatch::close);
        keep();
    }

    /** Ready unless it is closed, or cannot keep what it is to remember. */
    @Override
    public Health health() {
        return halted().map(Health::notReady)
                .orElseGet(() -> forgetful
                        ? Health.notReady("what was seen of the store cannot be kept: see the log")
                        : Health.ready("newest revision seen is " + newestSeen()));
    }

    /** Looks at the store at once; true when it has the history that is known. False also while it does not answer. */
    public boolean verify() {
        try {
            probe();
            return halted().isEmpty();
        } catch (StoreException silent) {
            return false;
        }
    }

    @Override
    public Optional<StoredObject> get(ObjectKey key, ReadAt at) {
        return asking(mark -> {
            verified();
            var found = behind.get(key, at);
            found.ifPresent(object -> saw(mark, object.meta().revision()));
            return found;
        });
    }

    @Override
    public Listing list(Selection selection, ReadAt at) {
        return asking(mark -> {
            verified();
            var listing = behind.list(selection, at);
            if (at instanceof ReadAt.Latest) {
                complain(locked(known -> known.mustContain(mark, listing.revision())));
            } else {
                saw(mark, listing.revision());
            }
            return listing;
        });
    }

    @Override
    public Watch watch(Selection selection, long afterRevision) {
        var mark = locked(Watermark::mark);
        var watch = new SeenWatch(this, behind.watch(selection, afterRevision), mark, afterRevision);
        open.add(watch);
        if (halted().isPresent()) {
            watch.end(); // also when it was closed in between
        }
        return watch;
    }

    @Override
    public WriteOutcome commit(Commit commit) {
        for (int sending = 0; sending < SENDINGS_MAX; sending++) {
            try {
                verified();
            } catch (StoreException stopped) {
                return new WriteOutcome.Unavailable(String.valueOf(stopped.getMessage()));
            }
            var signedAt = locked(Watermark::signedAt);
            var outcome = send(commit, signedAt);
            boolean otherSign = outcome instanceof WriteOutcome.Fenced(var key, var expected, var actual)
                    && key.equals(signs.key())
                    && signedAt.equals(OptionalLong.of(expected));
            if (!otherSign) {
                return outcome;
            }
            doubt(); // signed again meanwhile, or another history: the store tells
        }
        return new WriteOutcome.Unavailable("the store's sign changes faster than it can be compared");
    }

    private WriteOutcome send(Commit commit, OptionalLong signedAt) {
        boolean room = commit.preconditions().size() < Commit.PRECONDITIONS_MAX;
        var fenced = signedAt.isPresent() && room
                ? commit.under(new Precondition.Fence(signs.key(), signedAt.getAsLong()))
                : commit;
        var mark = locked(Watermark::mark);
        long asked = env.time().nanos();
        var outcome = behind.commit(fenced);
        if (outcome instanceof WriteOutcome.Written(var revision)) {
            written(mark, revision, asked);
        } else if (outcome instanceof WriteOutcome.Unavailable || outcome instanceof WriteOutcome.Unknown) {
            doubt();
        }
        return outcome;
    }

    private void look() throws InterruptedException {
        long signedNanos = env.time().nanos();
        while (true) {
            try {
                var said = probe();
                if (memory.isPresent() && !unsigned && newestSeen() != keptRevision && keep()) {
                    keptRevision =
                            newestSeen(); // who is killed is to know how far the store was, not only what was signed
                    // last
                }
                boolean due = unsigned || env.time().nanos() - signedNanos >= SIGN_PERIOD.toNanos();
                if (memory.isPresent() && due && halted().isEmpty() && sign(said)) {
                    signedNanos = env.time().nanos();
                    unsigned = false;
                }
            } catch (StoreException silent) {
                LOG.atDebug().setCause(silent).log("the store does not say how far it is");
            }
            pause.await(PROBE_PERIOD);
        }
    }

    /** Signs what {@code said} shows. What may be written is remembered before it is, so that no restart finds a sign it does not know. */
    private boolean sign(Testimony said) {
        var mark = locked(Watermark::mark);
        var text = locked(known -> known.signing(said, signs.fresh()));
        if (!keep()) {
            return false;
        }
        var revision = signs.sign(said, text);
        if (revision.isEmpty()) {
            doubt();
            return false;
        }
        run(known -> known.signed(mark, text, revision.getAsLong()));
        return keep();
    }

    private Testimony probe() {
        var mark = locked(Watermark::mark);
        long asked = env.time().nanos();
        var said = testimony();
        var finding = locked(known -> known.judge(mark, said));
        switch (finding) {
            case SAME -> verifiedSince(asked);
            case CAUGHT -> complain(true);
            case DECIDED -> follow();
            case STOPPED, NOTHING -> {}
        }
        return said;
    }

    private Testimony testimony() {
        try {
            return signs.testimony();
        } catch (StoreException failed) {
            doubt();
            throw failed;
        }
    }

    /** Another gate's operator has decided for the store that all share. */
    private void follow() {
        if (deciding.compareAndSet(false, true)) {
            try {
                locked(Watermark::regression).ifPresent(back -> {
                    signs.passBeyond(back.seen());
                    adopt(testimony());
                });
            } finally {
                deciding.set(false);
            }
        }
    }

    private long decide(Watermark.Regression back) {
        signs.passBeyond(back.seen());
        return adopt(signs.decide());
    }

    private long agree(Testimony present) {
        run(known -> known.accept(present.revision()));
        return opened(present.revision());
    }

    private long adopt(Testimony present) {
        run(known -> known.accept(present, present.acceptance()));
        keep();
        return opened(present.revision());
    }

    private long opened(long revision) {
        doubt();
        unsigned = true;
        open.forEach(SeenWatch::end);
        LOG.atWarn().addKeyValue("revision", revision).log("store accepted as it is, work goes on");
        return revision;
    }

    /** False when it cannot be kept. */
    private boolean keep() {
        keeping.lock();
        try {
            memory.ifPresent(place -> place.keep(locked(Watermark::seen)));
            forgetful = false;
            return true;
        } catch (RuntimeException full) {
            forgetful = true;
            LOG.atError().setCause(full).log("what was seen of the store cannot be kept");
            return false;
        } finally {
            keeping.unlock();
        }
    }

    /** Asks the store when it was not asked lately. Fails unless it has the history that is known. */
    private void verified() {
        if (!verifiedLately()) {
            probe();
        }
        refuseWhenHalted();
    }

    /** Passes on what an open gate was asked. A call that failed may have met a store that is being replaced. */
    private <R> R asking(Function<Watermark.Mark, R> question) {
        try {
            var answer = question.apply(locked(Watermark::mark));
            refuseWhenHalted();
            return answer;
        } catch (StoreException failed) {
            if (failed.reason() == StoreException.Reason.UNAVAILABLE) {
                doubt();
            }
            throw failed;
        }
    }

    private void refuseWhenHalted() {
        var stop = halted();
        if (stop.isPresent()) {
            throw new StoreException(StoreException.Reason.UNAVAILABLE, stop.get());
        }
    }

    private boolean verifiedLately() {
        return under(() -> verifiedNanos
                .filter(then -> env.time().since(then).compareTo(VERIFIED_FOR) < 0)
                .isPresent());
    }

    private void verifiedSince(long askedNanos) {
        under(() -> verifiedNanos = Optional.of(askedNanos));
    }

    private void doubt() {
        under(() -> verifiedNanos = Optional.empty());
    }

    private void saw(Watermark.Mark mark, long revision) {
        run(known -> known.saw(mark, revision));
    }

    private void written(Watermark.Mark mark, long revision, long askedNanos) {
        boolean back = locked(known -> known.mustContain(mark, revision));
        if (!back) {
            verifiedSince(askedNanos);
        }
        complain(back);
    }

    private void complain(boolean back) {
        if (back) {
            LOG.atError().addKeyValue("reason", halted().orElse("")).log("all work on the store is stopped");
            keep();
            open.forEach(SeenWatch::end);
        }
    }

    /** What a watch has delivered, as it may be passed on: nothing while the gate is closed, and nothing from before it was opened. */
    WatchBatch passed(Watermark.Mark mark, long after, WatchBatch batch) {
        switch (batch) {
            case WatchBatch.Changes changes -> saw(mark, changes.revision());
            case WatchBatch.Bookmark bookmark -> saw(mark, bookmark.revision());
            case WatchBatch.Resync(var reason) -> {
                if (reason == WatchBatch.Resync.Reason.HISTORY_REPLACED) {
                    complain(locked(known -> known.replaced(mark, after)));
                }
            }
            case WatchBatch.Closed closed -> {}
        }
        return locked(known -> known.outdated(mark) || known.regression().isPresent())
                ? new WatchBatch.Resync(WatchBatch.Resync.Reason.HISTORY_REPLACED)
                : batch;
    }

    void forget(SeenWatch watch) {
        open.remove(watch);
    }

    private <R> R locked(Function<Watermark, R> step) {
        return under(() -> step.apply(watermark));
    }

    private void run(Consumer<Watermark> step) {
        under(() -> {
            step.accept(watermark);
            return true;
        });
    }

    private <R> R under(Supplier<R> step) {
        lock.lock();
        try {
            return step.get();
        } finally {
            lock.unlock();
        }
    }
}
