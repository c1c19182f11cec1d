package dev.banyan.runtime.store;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.simulation.conformance.StoreConformance;
import dev.banyan.runtime.simulation.conformance.StoreFixture;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** The cases of the contract as tests of JUnit. */
public final class Conformance {
    private Conformance() {}

    /** One test a case, each with a fixture of its own. */
    public static Stream<DynamicTest> of(Supplier<StoreFixture> fixtures) {
        return ofEach(name -> fixtures.get());
    }

    /** One test a case, each with a fixture that is made for the case of that name. */
    public static Stream<DynamicTest> ofEach(Function<String, StoreFixture> fixtures) {
        return StoreConformance.all().stream()
                .map(c -> DynamicTest.dynamicTest(c.name(), () -> {
                    try (var fixture = fixtures.apply(c.name())) {
                        c.body().run(fixture);
                    }
                }));
    }

    /** How history before a revision is made unreadable. */
    @FunctionalInterface
    public interface Forgetting {
        void before(long revision) throws Exception;
    }

    /** A fixture of parts. */
    public record Fixture(Env env, Store store, Store secondDoor, Forgetting forgetting, Runnable closing)
            implements StoreFixture {
        /** A store that has no other door and needs no closing. */
        public static Fixture of(Store store, Forgetting forgetting) {
            return new Fixture(new SystemEnv(), store, store, forgetting, () -> {});
        }

        @Override
        public void forgetBefore(long revision) throws Exception {
            forgetting.before(revision);
        }

        @Override
        public void close() {
            closing.run();
        }
    }
}
