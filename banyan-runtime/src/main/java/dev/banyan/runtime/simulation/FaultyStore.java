package dev.banyan.runtime.simulation;

import dev.banyan.runtime.env.RandomSource;
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
import java.util.Optional;

/**
 * A process's way to a store, with what can go wrong on it. Every call takes drawn time there and back, so that others act in between; a
 * lost reply is {@link WriteOutcome.Unknown} though the write landed; the process can die right before or right after a write; the way can
 * be cut and healed. Batches of a watch come late, some very late, but in order. Calls from outside the simulation's tasks pass through at once.
 */
public final class FaultyStore implements Store {
    /** Where in a write a process dies. */
    public enum CrashPoint {
        /** The write is decided and does not happen. */
        BEFORE,
        /** The write happens and nobody is told. */
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
    private final Faults faults;
    private final RandomSource random;
    private Optional<Crash> crash = Optional.empty();
    private boolean cut;
    private long writes;

    /** The way of {@code process} to {@code truth}, as bad as {@code faults} say. */
    public FaultyStore(Store truth, SimulatedProcess process, Faults faults) {
        this.truth = truth;
        this.process = process;
        this.faults = faults;
        this.random = process.env().random().fork("store");
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
        travelToRead();
        var answer = truth.get(key, at);
        travelToRead();
        return answer;
    }

    @Override
    public Listing list(Selection selection, ReadAt at) {
        travelToRead();
        var answer = truth.list(selection, at);
        travelToRead();
        return answer;
    }

    @Override
    public Watch watch(Selection selection, long afterRevision) {
        return new LateWatch(truth.watch(selection, afterRevision));
    }

    @Override
    public WriteOutcome commit(Commit commit) {
        travel();
        if (lost(faults.lostRequests())) {
            return new WriteOutcome.Unavailable("simulated: request lost");
        }
        writes++;
        dieAt(CrashPoint.BEFORE);
        var outcome = truth.commit(commit);
        process.note(Words.of(commit, outcome));
        dieAt(CrashPoint.AFTER);
        travel();
        return lost(faults.lostReplies()) ? new WriteOutcome.Unknown("simulated", "reply lost") : outcome;
    }

    private void dieAt(CrashPoint point) {
        if (crash.equals(Optional.of(new Crash(writes, point)))) {
            process.kill();
            process.away(Duration.ZERO); // does not come back
        }
    }

    private boolean lost(double share) {
        return cut || (share > 0 && random.nextDouble() < share);
    }

    private void travelToRead() {
        travel();
        if (lost(faults.lostRequests())) {
            throw new StoreException(StoreException.Reason.UNAVAILABLE, "simulated: read lost");
        }
    }

    private void travel() {
        process.away(latency());
    }

    private Duration latency() {
        long max = faults.latencyMax().toNanos();
        return Duration.ofNanos(max == 0 ? 0 : max / 100 + random.nextLong(max));
    }

    /** Delivers what the truth says, later. A batch that is on its way when the way is cut arrives when it is healed. */
    private final class LateWatch implements Watch {
        private static final Duration LOOK_AGAIN = Duration.ofMillis(100);
        private static final int VERY_LATE_ONE_IN = 4;
        private static final int VERY_LATE_LEGS = 20;

        private final Watch watch;

        LateWatch(Watch watch) {
            this.watch = watch;
        }

        @Override
        public WatchBatch next() throws InterruptedException {
            var batch = watch.next();
            arrive();
            return batch;
        }

        @Override
        public Optional<WatchBatch> next(Duration timeout) throws InterruptedException {
            var batch = watch.next(timeout);
            if (batch.isPresent()) {
                arrive();
            }
            return batch;
        }

        @Override
        public void close() {
            watch.close();
        }

        /** One batch in a few is very late, so that its reader acts on what it knew before its own writes. */
        private void arrive() throws InterruptedException {
            int legs = random.nextInt(VERY_LATE_ONE_IN) == 0 ? VERY_LATE_LEGS : 1;
            for (int leg = 0; leg < legs; leg++) {
                travel();
            }
            var never = process.env().signal();
            while (cut) {
                never.await(LOOK_AGAIN);
            }
        }
    }
}
