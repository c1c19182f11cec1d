package dev.banyan.runtime.simulation.grpc;

import dev.banyan.runtime.env.RandomSource;
import dev.banyan.runtime.simulation.SimulatedTime;
import dev.banyan.runtime.simulation.fault.FaultPlan;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;

/** The ways between processes, each in one direction, by the processes' names. */
final class Ways {
    /** Longer than every patience of a client but that for whole calls. */
    private static final Duration SLOW_MAX = Duration.ofSeconds(6);

    private record Way(String from, String to) {}

    private final SimulatedTime time;
    private final FaultPlan faults;
    private final RandomSource random;
    private final Set<Way> cut = new LinkedHashSet<>();
    private Duration latencyMax = Duration.ofMillis(1);

    Ways(SimulatedTime time, FaultPlan faults, RandomSource random) {
        this.time = time;
        this.faults = faults;
        this.random = random;
    }

    long nanos() {
        return time.nanos();
    }

    FaultPlan faults() {
        return faults;
    }

    void latencyMax(Duration most) {
        latencyMax = most;
    }

    Duration latency(String from, String to) {
        var usual = faults.latency(random, latencyMax);
        return faults.strike(SimulatedWire.SLOW, from + ">" + to)
                .map(drawn -> usual.plusNanos(drawn.nextLong(SLOW_MAX.toNanos())))
                .orElse(usual);
    }

    void cut(String from, String to) {
        cut.add(new Way(from, to));
    }

    void heal(String from, String to) {
        cut.remove(new Way(from, to));
    }

    boolean isCut(String from, String to) {
        return cut.contains(new Way(from, to));
    }
}
