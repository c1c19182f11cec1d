package dev.banyan.runtime.simulation;

import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.simulation.fault.FaultKind;
import dev.banyan.runtime.simulation.fault.FaultPlan;
import dev.banyan.runtime.simulation.fault.StoreFaults;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Listing;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.Watch;
import dev.banyan.runtime.store.WriteOutcome;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A process's way to a store, with what can go wrong on it. Every call takes drawn time there and back, so that others act in between; a
 * lost reply is {@link WriteOutcome.Unknown} though the write landed; the process can die right before or right after any call; the way can
 * be cut and healed. Batches of a watch come late, some very late, but in order. Calls from outside the simulation's tasks pass through at once.
 *
 * <p>What goes wrong is decided by a {@link FaultPlan} of {@link StoreFaults}, or drawn from shares of {@link Faults}.
 */
public final class FaultyStore implements Store {
    /** Where in a call a process dies. */
    public enum CrashPoint {
        /** The call is decided and does not happen. */
        BEFORE,
        /** The call happens and nobody is told. */
        AFTER
    }

    /**
     * How bad the way is.
     *
     * @param latencyMax longest time of one direction; the shortest is a hundredth of it
     * @param lostReplies share of landed commits whose reply is lost, 0 to 1
     * @param lostRequests share of commits and reads that never arrive, 0 to 1
     */
    public record Faults(Duration latencyMax, double lostReplies, double lostRequests) {
        /** A quick network that loses nothing. */
        public static final Faults NONE = new Faults(Duration.ofMillis(1), 0, 0);

        public Faults {
            if (latencyMax.isNegative() || lostReplies < 0 || lostReplies > 1 || lostRequests < 0 || lostRequests > 1) {
                throw new IllegalArgumentException("latency is not negative, shares are 0 to 1");
            }
        }
    }

    private record Crash(long write, CrashPoint point) {}

    private final Store truth;
    private final SimulatedProcess process;
    private final Luck luck;
    private Optional<Crash> crash = Optional.empty();
    private boolean cut;
    private long writes;

    private FaultyStore(Store truth, SimulatedProcess process, Luck luck) {
        this.truth = truth;
        this.process = process;
        this.luck = luck;
    }

    /** The way of {@code process} to {@code truth}, as bad as {@code faults} say. */
    public FaultyStore(Store truth, SimulatedProcess process, Faults faults) {
        this(truth, process, new Luck.Shares(faults, process.env().random().fork("store")));
    }

    /**
     * The way of {@code process} to {@code truth}, on which {@code plan} decides what goes wrong, at the place {@code process>store}.
     *
     * @param latencyMax longest time of one direction
     */
    public FaultyStore(Store truth, SimulatedProcess process, FaultPlan plan, Duration latencyMax) {
        this(
                truth,
                process,
                new Luck.Planned(
                        plan,
                        placeOf(process.name()),
                        latencyMax,
                        process.env().random().fork("store")));
    }

    /** Where a plan is asked for the faults of a process's way to its store. */
    public static String placeOf(String process) {
        return process + ">store";
    }

    /** The process dies at its {@code write}-th commit that reaches the store, counted from 1. */
    public FaultyStore crashAt(long write, CrashPoint point) {
        crash = Optional.of(new Crash(write, point));
        return this;
    }

    /** Nothing gets through from now on. */
    public void cut() {
        cut = true;
    }

    /** All gets through again. */
    public void heal() {
        cut = false;
    }

    /** How many commits have landed or were refused by the store. */
    public long writes() {
        return writes;
    }

    @Override
    public Optional<StoredObject> get(ObjectKey key, ReadAt at) {
        return read(() -> truth.get(key, shown(at)));
    }

    @Override
    public Listing list(Selection selection, ReadAt at) {
        return read(() -> truth.list(selection, shown(at)));
    }

    @Override
    public Watch watch(Selection selection, long afterRevision) {
        dieIf(StoreFaults.CRASH_BEFORE_CALL);
        var watch = truth.watch(selection, afterRevision);
        dieIf(StoreFaults.CRASH_AFTER_CALL);
        return new FaultyWatch(watch, this, luck, process.env());
    }

    @Override
    public WriteOutcome commit(Commit commit) {
        travel();
        if (cut || luck.strikes(StoreFaults.LOST_REQUEST)) {
            return new WriteOutcome.Unavailable("simulated: request lost");
        }
        writes++;
        dieIf(StoreFaults.CRASH_BEFORE_CALL);
        dieAt(CrashPoint.BEFORE);
        var outcome = truth.commit(commit);
        process.note(Words.of(commit, outcome));
        dieIf(StoreFaults.CRASH_AFTER_CALL);
        dieAt(CrashPoint.AFTER);
        travel();
        return cut || luck.strikes(StoreFaults.LOST_REPLY)
                ? new WriteOutcome.Unknown("simulated", "reply lost")
                : outcome;
    }

    private <T> T read(Supplier<T> call) {
        travel();
        failIfLost(StoreFaults.LOST_REQUEST);
        dieIf(StoreFaults.CRASH_BEFORE_CALL);
        var answer = call.get();
        dieIf(StoreFaults.CRASH_AFTER_CALL);
        travel();
        failIfLost(StoreFaults.LOST_REPLY);
        return answer;
    }

    /** What a member that lags has, when the read is content with it. */
    private ReadAt shown(ReadAt at) {
        if (!(at instanceof ReadAt.AtLeast(var least))) {
            return at;
        }
        long newest = truth.list(Selection.of("none").in("none"), ReadAt.LATEST).revision();
        return least > 0 && least < newest
                ? luck.strike(StoreFaults.LAGGING_READ)
                        .<ReadAt>map(details -> new ReadAt.Exactly(least + details.nextLong(newest - least)))
                        .orElse(at)
                : at;
    }

    private void failIfLost(FaultKind kind) {
        if (cut || luck.loses(kind)) {
            throw new StoreException(StoreException.Reason.UNAVAILABLE, "simulated: read lost");
        }
    }

    private void dieIf(FaultKind kind) {
        if (luck.strikes(kind)) {
            die();
        }
    }

    private void dieAt(CrashPoint point) {
        if (crash.equals(Optional.of(new Crash(writes, point)))) {
            die();
        }
    }

    private void die() {
        process.kill();
        process.away(Duration.ZERO); // does not come back
    }

    boolean isCut() {
        return cut;
    }

    void travel() {
        process.away(luck.latency());
    }
}
