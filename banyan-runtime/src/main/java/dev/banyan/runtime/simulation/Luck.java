package dev.banyan.runtime.simulation;

import dev.banyan.runtime.env.RandomSource;
import dev.banyan.runtime.simulation.fault.FaultKind;
import dev.banyan.runtime.simulation.fault.FaultPlan;
import dev.banyan.runtime.simulation.fault.StoreFaults;
import java.time.Duration;
import java.util.Optional;

/** Decides what happens on a process's way to its store. */
sealed interface Luck {
    /** Asks whether {@code kind} happens this time; if so, answers randomness for its details. */
    Optional<RandomSource> strike(FaultKind kind);

    /** Whether a read is lost this time. */
    boolean loses(FaultKind kind);

    /** Time of one direction. */
    Duration latency();

    /** Whether {@code kind} happens this time. */
    default boolean strikes(FaultKind kind) {
        return strike(kind).isPresent();
    }

    /** As a plan says, so that each fault can be left out alone. */
    record Planned(FaultPlan plan, String place, Duration latencyMax, RandomSource random) implements Luck {
        @Override
        public Optional<RandomSource> strike(FaultKind kind) {
            return plan.strike(kind, place);
        }

        @Override
        public boolean loses(FaultKind kind) {
            return strikes(kind);
        }

        @Override
        public Duration latency() {
            return plan.latency(random, latencyMax);
        }
    }

    /** One draw after the other, by shares. A read is lost both ways by the same share. */
    record Shares(FaultyStore.Faults faults, RandomSource random) implements Luck {
        private static final int VERY_LATE_ONE_IN = 4;

        @Override
        public Optional<RandomSource> strike(FaultKind kind) {
            return happens(kind) ? Optional.of(random) : Optional.empty();
        }

        private boolean happens(FaultKind kind) {
            if (kind.equals(StoreFaults.LATE_BATCH)) {
                return random.nextInt(VERY_LATE_ONE_IN) == 0;
            }
            if (kind.equals(StoreFaults.LOST_REPLY)) {
                return drawn(faults.lostReplies());
            }
            return kind.equals(StoreFaults.LOST_REQUEST) && drawn(faults.lostRequests());
        }

        @Override
        public boolean loses(FaultKind kind) {
            return drawn(faults.lostRequests());
        }

        @Override
        public Duration latency() {
            long max = faults.latencyMax().toNanos();
            return Duration.ofNanos(max == 0 ? 0 : max / 100 + random.nextLong(max));
        }

        private boolean drawn(double share) {
            return share > 0 && random.nextDouble() < share;
        }
    }
}
