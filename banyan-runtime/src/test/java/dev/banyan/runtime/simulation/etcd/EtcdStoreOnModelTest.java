package dev.banyan.runtime.simulation.etcd;

import dev.banyan.runtime.env.SeededRandom;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.simulation.conformance.StoreConformance;
import dev.banyan.runtime.store.Conformance;
import dev.banyan.runtime.store.etcd.EtcdStore;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The contract of stores, kept by the production store over the model, whatever the model does to its watches. */
class EtcdStoreOnModelTest {
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    @TestFactory
    Stream<DynamicTest> overOneQuickMember() {
        return StoreConformance.all().stream().map(promise -> examined(promise, 1, EtcdFaults.NONE));
    }

    @TestFactory
    Stream<DynamicTest> overThreeMembersWhoseStreamsBreak() {
        var faults = new EtcdFaults(Duration.ofMillis(20), 0, 0, 0.3, true);
        return StoreConformance.all().stream().map(promise -> examined(promise, 3, faults));
    }

    private static DynamicTest examined(StoreConformance.Case promise, int members, EtcdFaults faults) {
        return DynamicTest.dynamicTest(promise.name(), () -> {
            try (var simulation = new Simulation(7)) {
                var etcd = new SimulatedEtcd(simulation, new SeededRandom(7), members);
                etcd.faults(faults);
                var client = simulation.process("client");
                simulation.runIn(client, PATIENCE, () -> examine(promise, etcd, client, members));
            }
        });
    }

    private static void examine(StoreConformance.Case promise, SimulatedEtcd etcd, SimulatedProcess client, int members)
            throws Exception {
        try (var first = EtcdStore.connect(etcd.config(), etcd.transport(client), client.env());
                var second = EtcdStore.connect(etcd.config(), etcd.transport(client), client.env())) {
            etcd.lag(members - 1, Duration.ofMillis(100));
            promise.body()
                    .run(new Conformance.Fixture(client.env(), first, second, first.maintenance()::compact, () -> {}));
        }
    }
}
