package dev.banyan.examples.fleet;

import static dev.banyan.examples.fleet.Feed.FEEDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.manager.ControllerManager;
import dev.banyan.runtime.simulation.FaultyStore;
import dev.banyan.runtime.simulation.FaultyStore.Faults;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Write;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Three whole workers on one store: who fetches what when one dies or leaves. */
class FleetSimulationTest {
    private static final Faults LOSSY = new Faults(Duration.ofMillis(30), 0.01, 0.02);
    private static final int SEEDS = 20;
    private static final int FEEDS_MADE = 12;

    private record Member(SimulatedProcess process, ControllerManager worker) {}

    @Test
    void dividesTheFeedsAndTakesOverFromTheDeadAndTheLeaving() {
        for (long seed = 0; seed < SEEDS; seed++) {
            try (var simulation = new Simulation(seed)) {
                var truth = new MemoryStore(simulation.process("store").env());
                for (int number = 0; number < FEEDS_MADE; number++) {
                    truth.commit(Commit.of(Write.create(FEEDS, FEEDS.key("", "feed-" + number), "somewhere")))
                            .orFail();
                }
                start(simulation, truth, "anna");
                var bert = start(simulation, truth, "bert");
                var carl = start(simulation, truth, "carl");
                await(simulation, truth, seed, Set.of("anna", "bert", "carl"));

                carl.process().kill();
                await(simulation, truth, seed, Set.of("anna", "bert"));

                bert.process().env().tasks().spawn("stop", bert.worker()::stop);
                await(simulation, truth, seed, Set.of("anna"));
            }
        }
    }

    private static Member start(Simulation simulation, MemoryStore truth, String name) {
        var process = simulation.process(name);
        var worker = Worker.assemble(name, new FaultyStore(truth, process, LOSSY), process.env());
        process.env().tasks().spawn("start", worker::start);
        return new Member(process, worker);
    }

    private static void await(Simulation simulation, MemoryStore truth, long seed, Set<String> workers) {
        assertThat(simulation.runUntil(() -> fetchers(truth).equals(workers), Duration.ofMinutes(2)))
                .as("seed %d: %s", seed, fetchers(truth))
                .isTrue();
    }

    private static Set<String> fetchers(MemoryStore truth) {
        return truth.list(Selection.of(FEEDS.name()), ReadAt.LATEST).objects().stream()
                .map(feed -> FEEDS.decode(feed).status().worker())
                .collect(Collectors.toSet());
    }
}
