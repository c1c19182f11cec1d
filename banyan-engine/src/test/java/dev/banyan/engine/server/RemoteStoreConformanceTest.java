package dev.banyan.engine.server;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.simulation.conformance.StoreConformance;
import dev.banyan.runtime.simulation.conformance.StoreFixture;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.Store;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class RemoteStoreConformanceTest {
    @TestFactory
    Stream<DynamicTest> keepsTheContractOfStores() {
        return StoreConformance.all().stream()
                .map(promise -> DynamicTest.dynamicTest(promise.name(), () -> {
                    try (var fixture = new TwoEngines()) {
                        promise.body().run(fixture);
                    }
                }));
    }

    /** One history, two engines, and a client at each. */
    private static final class TwoEngines implements StoreFixture {
        private final TestCluster cluster = new TestCluster();
        private final MemoryStore truth = new MemoryStore(TestCluster.ENV);
        private final Store first;
        private final Store second;

        TwoEngines() {
            first = cluster.client("engine", "first", cluster.serve(truth)).store();
            second = cluster.client("engine", "second", cluster.serve(truth)).store();
        }

        @Override
        public Env env() {
            return TestCluster.ENV;
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
            cluster.close();
        }
    }
}
