package dev.banyan.runtime.simulation.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.simulation.fault.FaultPlan;
import dev.banyan.runtime.simulation.network.SimulatedNetwork;
import io.grpc.Status.Code;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class WireFaultsTest {
    private static final String ADDRESS = "server:1";
    private static final Duration LONG = Duration.ofMinutes(1);

    @Test
    void breaksConnectionsWhereFaultsSaySoAndLosesTheMessage() {
        try (var simulation = new Simulation(7)) {
            var faults = FaultPlan.all(7, List.of(SimulatedWire.BROKEN));
            var wire = new SimulatedWire(simulation, new SimulatedNetwork(simulation, FaultPlan.none(7)), faults);
            var server = simulation.process("server");
            var service = new EchoService(server);
            wire.serve(server, ADDRESS, ServedCalls.of(service.definition()));
            var channel = wire.channel(simulation.process("client"), ADDRESS, List::of);
            int broken = 0;
            for (int call = 0; call < 100; call++) {
                var side = ClientSide.ask(channel, EchoService.ONCE, "call");
                assertThat(simulation.runUntil(side::over, LONG)).isTrue();
                broken += side.code() == Code.UNAVAILABLE ? 1 : 0;
            }

            assertThat(broken).isBetween(1, 40);
            // Some were lost on their way there, others on their way back.
            assertThat(service.seen.size()).isBetween(100 - broken + 1, 99);
        }
    }

    @Test
    void repeatsItselfForASeedAndDiffersForAnother() {
        var hashes = new HashSet<Long>();
        for (long seed : new long[] {1, 1, 2}) {
            hashes.add(traceOf(seed));
        }

        assertThat(hashes).hasSize(2);
    }

    private static long traceOf(long seed) {
        try (var world = new Simulation(seed)) {
            var there = world.process("server");
            var here = world.process("client");
            var faults = FaultPlan.all(seed, SimulatedWire.FAULTS);
            var between = new SimulatedWire(world, new SimulatedNetwork(world, faults), faults);
            between.serve(there, ADDRESS, ServedCalls.of(new EchoService(there).definition()));
            var way = between.channel(here, ADDRESS, List::of);
            for (int call = 0; call < 20; call++) {
                var side = ClientSide.ask(way, EchoService.MANY, "20");
                world.runUntil(side::over, LONG);
            }
            return world.traceHash();
        }
    }
}
