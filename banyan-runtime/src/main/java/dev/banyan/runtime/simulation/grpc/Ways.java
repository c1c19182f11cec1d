package dev.banyan.runtime.simulation.grpc;

import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.SimulatedTime;
import dev.banyan.runtime.simulation.fault.FaultPlan;
import dev.banyan.runtime.simulation.network.SimulatedNetwork;
import java.time.Duration;

/** The network as a connection sees it. */
final class Ways {
    /** Longer than every patience of a client but that for whole calls. */
    private static final Duration LATE_MAX = Duration.ofSeconds(6);

    private final SimulatedTime time;
    private final SimulatedNetwork network;
    private final FaultPlan faults;

    Ways(SimulatedTime time, SimulatedNetwork network, FaultPlan faults) {
        this.time = time;
        this.network = network;
        this.faults = faults;
    }

    long nanos() {
        return time.nanos();
    }

    /** Whether the connection between two processes breaks this time. */
    boolean breaks(SimulatedProcess client, SimulatedProcess server) {
        return faults.strikes(SimulatedWire.BROKEN, way(client, server));
    }

    Duration latency(SimulatedProcess from, SimulatedProcess to) {
        var usual = network.delay(from.host().name(), to.host().name());
        return faults.strike(SimulatedWire.LATE, way(from, to))
                .map(drawn -> usual.plusNanos(drawn.nextLong(LATE_MAX.toNanos())))
                .orElse(usual);
    }

    boolean isOpen(SimulatedProcess from, SimulatedProcess to) {
        return network.isOpen(from.host().name(), to.host().name());
    }

    private static String way(SimulatedProcess from, SimulatedProcess to) {
        return from.name() + ">" + to.name();
    }
}
