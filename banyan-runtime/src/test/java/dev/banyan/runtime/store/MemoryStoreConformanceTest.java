package dev.banyan.runtime.store;

import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.simulation.conformance.StoreFixture;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class MemoryStoreConformanceTest {
    @TestFactory
    Stream<DynamicTest> memoryStore() {
        return Conformance.of(MemoryStoreConformanceTest::fixture);
    }

    private static StoreFixture fixture() {
        var store = new MemoryStore(new SystemEnv());
        return Conformance.Fixture.of(store, store::compact);
    }
}
