package dev.banyan.runtime.store;

import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.simulation.conformance.StoreFixture;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class MemoryStoreConformanceTest {
    /** A short patience: the cases of what is never reached wait for it. */
    private static final ServedHistory.Limits LIMITS =
            new ServedHistory.Limits(10_000, 1 << 26, Duration.ofMillis(20), Duration.ofMillis(200));

    @TestFactory
    Stream<DynamicTest> memoryStore() {
        return Conformance.of(MemoryStoreConformanceTest::fixture);
    }

    private static StoreFixture fixture() {
        var store = new MemoryStore(new SystemEnv(), LIMITS);
        return Conformance.Fixture.of(store, store::compact);
    }
}
