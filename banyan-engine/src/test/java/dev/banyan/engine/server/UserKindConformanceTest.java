package dev.banyan.engine.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.v1.KindDefinitionSpec;
import dev.banyan.engine.definition.Definitions;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.simulation.conformance.StoreConformance;
import dev.banyan.runtime.simulation.conformance.StoreFixture;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.Store;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The contract of stores, kept by two engines for kinds that were registered with them. */
class UserKindConformanceTest {
    /** A create carries a condition on its kind's definition, so one fewer is left to the client: see UserKindTest. */
    private static final String WIDEST = "64 conditions and 64 writes fit into one commit";

    @TestFactory
    Stream<DynamicTest> keepsTheContractForRegisteredKinds() {
        return StoreConformance.all().stream()
                .filter(promise -> !promise.name().equals(WIDEST))
                .map(promise -> DynamicTest.dynamicTest(promise.name(), () -> {
                    try (var fixture = new TwoEngines()) {
                        promise.body().run(fixture);
                    }
                }));
    }

    @Test
    void leavesOutOnePromiseOnly() {
        assertThat(StoreConformance.all())
                .filteredOn(promise -> promise.name().equals(WIDEST))
                .hasSize(1);
    }

    /** One history, two engines, and a client of an admin at each. */
    private static final class TwoEngines implements StoreFixture {
        private final TestCluster cluster = new TestCluster();
        private final MemoryStore truth = new MemoryStore(TestCluster.ENV);
        private final Store first;
        private final Store second;

        TwoEngines() {
            var admin = cluster.client("admin", "first", cluster.serve(truth));
            for (var kind : List.of("things", "a", "a-b", "nothing", "others", ".claims")) {
                var definition = Definitions.bytes("admin");
                if (kind.startsWith(".")) {
                    definition.setScope(KindDefinitionSpec.Scope.CLUSTER);
                }
                admin.register(Definitions.request(GroupedStore.grouped(kind), definition));
            }
            first = new GroupedStore(admin.store());
            second = new GroupedStore(
                    cluster.client("admin", "second", cluster.serve(truth)).store());
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
