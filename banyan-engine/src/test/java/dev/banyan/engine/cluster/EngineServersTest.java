package dev.banyan.engine.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every engine knows the addresses of the servers of all, and follows them. */
class EngineServersTest {
    private static final Duration SOON = Duration.ofSeconds(5);

    private final Simulation simulation = new Simulation(1);
    private final MemoryStore store =
            new MemoryStore(simulation.process("store").env());
    private final AtomicReference<List<String>> ofFirst = new AtomicReference<>(List.of("192.0.2.1", "2001:db8::1"));

    private EngineServers engine(String name, AtomicReference<List<String>> own) {
        var servers = new EngineServers(simulation.process(name).env(), store, name, own::get);
        servers.start();
        return servers;
    }

    private long revision() {
        return store.list(Selection.of("none"), ReadAt.LATEST).revision();
    }

    @AfterEach
    void end() {
        simulation.close();
    }

    @Test
    void eachKnowsThoseOfAll() {
        var first = engine("e1", ofFirst);
        var second = engine("e2", new AtomicReference<>(List.of("192.0.2.2", "2001:db8::2")));
        simulation.runFor(SOON);

        assertThat(first.get()).containsExactly("192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2");
        assertThat(second.get()).isEqualTo(first.get());
        assertThat(first.health().ready()).isTrue();
    }

    @Test
    void followsWhatComesAndGoesAndWritesNothingElse() {
        var first = engine("e1", ofFirst);
        var second = engine("e2", new AtomicReference<>(List.of("192.0.2.2")));
        simulation.runFor(SOON);
        long settled = revision();
        simulation.runFor(Duration.ofMinutes(1));
        assertThat(revision()).isEqualTo(settled);

        ofFirst.set(List.of("2001:db8::abcd"));
        simulation.runFor(SOON);

        assertThat(second.get()).containsExactly("192.0.2.2", "2001:db8::abcd");
        assertThat(first.get()).isEqualTo(second.get());
    }
}
