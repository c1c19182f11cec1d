package dev.banyan.simulated.wire;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.simulation.conformance.StoreConformance;
import dev.banyan.runtime.simulation.conformance.StoreFixture;
import dev.banyan.runtime.simulation.fault.FaultKind;
import dev.banyan.runtime.simulation.fault.FaultPlan;
import dev.banyan.runtime.simulation.grpc.SimulatedWire;
import dev.banyan.runtime.simulation.network.NetworkFaults;
import dev.banyan.runtime.simulation.network.SimulatedNetwork;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.Store;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The contract of stores, kept by the shipped client and engine over a simulated wire. */
class RemoteStoreOnWireTest {
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    @TestFactory
    Stream<DynamicTest> overAQuickNetwork() {
        return StoreConformance.all().stream().map(promise -> examined(promise, Duration.ofMillis(1), List.of()));
    }

    @TestFactory
    Stream<DynamicTest> overASlowNetworkThatLosesPackets() {
        var faults = List.of(NetworkFaults.SLOW, NetworkFaults.LOST);
        return StoreConformance.all().stream().map(promise -> examined(promise, Duration.ofMillis(20), faults));
    }

    private static DynamicTest examined(StoreConformance.Case promise, Duration latency, List<FaultKind> faults) {
        return DynamicTest.dynamicTest(promise.name(), () -> {
            try (var simulation = new Simulation(7)) {
                var plan = FaultPlan.all(7, faults);
                var network = new SimulatedNetwork(simulation, plan);
                network.latency(latency);
                var wire = new SimulatedWire(simulation, network, plan);
                var client = simulation.process("client");
                try (var fixture = new TwoEngines(simulation, wire, client)) {
                    simulation.runIn(client, PATIENCE, () -> promise.body().run(fixture));
                }
            }
        });
    }

    /** One history, two engines, and a client at each. */
    private static final class TwoEngines implements StoreFixture {
        private final MemoryStore truth;
        private final SimulatedProcess client;
        private final Store first;
        private final Store second;

        TwoEngines(Simulation simulation, SimulatedWire wire, SimulatedProcess client) {
            this.truth = new MemoryStore(simulation.process("store").env());
            this.client = client;
            this.first = door(simulation.process("e1"), wire);
            this.second = door(simulation.process("e2"), wire);
        }

        private Store door(SimulatedProcess engine, SimulatedWire wire) {
            FrontDoor.open(wire, engine, truth, agent -> {});
            var who = FrontDoor.credentials("engine", "client");
            return FrontDoor.client(wire, client, who, engine.name()).store();
        }

        @Override
        public Env env() {
            return client.env();
        }

        @Override
        public Store store() {
            return first;
        }

        @Override
        public Store secondDoor() {
            return second;
        }

        @Override
        public void forgetBefore(long revision) {
            truth.compact(revision);
        }

        @Override
        public void close() {
            // ends with the simulation
        }
    }
}
