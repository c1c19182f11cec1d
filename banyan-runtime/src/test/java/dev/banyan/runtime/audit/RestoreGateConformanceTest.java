package dev.banyan.runtime.audit;

import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.simulation.conformance.StoreFixture;
import dev.banyan.runtime.store.Conformance;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ServedHistory;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** A gate before a store that never goes back is that store. */
class RestoreGateConformanceTest {
    private static final ServedHistory.Limits LIMITS =
            new ServedHistory.Limits(10_000, 1 << 26, Duration.ofMillis(20), Duration.ofMillis(200));

    @TestFactory
    Stream<DynamicTest> restoreGate() {
        return Conformance.of(RestoreGateConformanceTest::fixture);
    }

    @TestFactory
    Stream<DynamicTest> signingGate() {
        return Conformance.of(RestoreGateConformanceTest::signing);
    }

    private static StoreFixture signing() {
        var env = new SystemEnv();
        var store = new MemoryStore(env, LIMITS);
        var gate = RestoreGate.remembering("one", new Forgetful(), store, env);
        return Conformance.Fixture.of(gate, store::compact);
    }

    private record Forgetful() implements GateMemory {
        @Override
        public Optional<Seen> recall() {
            return Optional.empty();
        }

        @Override
        public void keep(Seen seen) {
            // of one life only
        }
    }

    private static StoreFixture fixture() {
        var env = new SystemEnv();
        var store = new MemoryStore(env, LIMITS);
        return Conformance.Fixture.of(RestoreGate.over(store, env), store::compact);
    }
}
