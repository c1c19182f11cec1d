package dev.banyan.runtime.simulation.network;

import dev.banyan.runtime.env.RandomSource;
import dev.banyan.runtime.simulation.SimulatedHost;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.simulation.fault.FaultKind;
import dev.banyan.runtime.simulation.fault.FaultPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One direction between two hosts. A host's way to itself is quick and never fails. */
final class Way {
    /** A slow message takes up to so many times the longest latency. */
    private static final int SLOW_FACTOR = 100;

    private static final Duration LOOPBACK = Duration.ofNanos(50_000);

    private final SimulatedHost from;
    private final SimulatedHost to;
    private final FaultPlan faults;
    private final RandomSource random;
    private final String name;
    private final Set<Runnable> waiting = new LinkedHashSet<>();
    private Duration latencyMax;
    private boolean cut;
    private long cutUntilNanos;

    Way(SimulatedHost from, SimulatedHost to, FaultPlan faults, RandomSource random, Duration latencyMax) {
        this.from = from;
        this.to = to;
        this.faults = faults;
        this.random = random;
        this.name = from.name() + ">" + to.name();
        this.latencyMax = from.equals(to) ? LOOPBACK : latencyMax;
    }

    SimulatedHost from() {
        return from;
    }

    SimulatedHost to() {
        return to;
    }

    RandomSource random() {
        return random;
    }

    /** Sets the longest latency; the way of a host to itself keeps its own. */
    void latency(Duration most) {
        latencyMax = isLoopback() ? LOOPBACK : most;
    }

    boolean isCut() {
        return cut || now() < cutUntilNanos;
    }

    /** Whether what is sent now would arrive. */
    boolean isOpen() {
        return !isCut() && from.isAwake() && to.isAwake();
    }

    void cut() {
        if (!isLoopback() && !cut) {
            note("cut");
            cut = true;
        }
    }

    void cutFor(Duration duration) {
        if (!isLoopback()) {
            note("cut for " + duration);
            cutUntilNanos = Math.max(cutUntilNanos, now() + duration.toNanos());
            simulation().after(duration, this::changed);
        }
    }

    void heal() {
        if (isCut()) {
            note("healed");
        }
        cut = false;
        cutUntilNanos = 0;
        changed();
    }

    /** Runs {@code then} once, when the way may be open again. */
    void tell(Runnable then) {
        waiting.add(then);
    }

    /** The way may be open now. */
    void changed() {
        if (isOpen() && !waiting.isEmpty()) {
            List<Runnable> told = new ArrayList<>(waiting);
            waiting.clear();
            told.forEach(Runnable::run);
        }
    }

    /** Whether {@code kind} happens on this way this time. */
    Optional<RandomSource> strike(FaultKind kind) {
        return isLoopback() ? Optional.empty() : faults.strike(kind, name);
    }

    /** How long a packet takes. */
    Duration delay() {
        var slow = strike(NetworkFaults.SLOW);
        return slow.map(drawn -> latencyMax.multipliedBy(2 + drawn.nextInt(SLOW_FACTOR)))
                .orElseGet(() -> faults.latency(random, latencyMax));
    }

    void note(String what) {
        simulation().trace().note(name, what);
    }

    Simulation simulation() {
        return from.simulation();
    }

    long now() {
        return simulation().time().nanos();
    }

    private boolean isLoopback() {
        return from.equals(to);
    }
}
