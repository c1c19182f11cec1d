package dev.banyan.runtime.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.queue.Fairness;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Texts;
import dev.banyan.runtime.simulation.FaultyStore;
import dev.banyan.runtime.simulation.FaultyStore.Faults;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Write;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A whole controller on a bad network: whatever happens, every status comes to say what its spec does, and then all is quiet. */
class ControllerScenarioTest {
    private static final Kind<String, String> ECHOES = Texts.kind("echoes");
    private static final int OBJECTS = 12;
    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void bringsEveryStatusToItsSpecThroughLossAndCuts() {
        for (long seed = 0; seed < 25; seed++) {
            try (var world = new World(seed, new Faults(Duration.ofMillis(30), 0.05, 0.05), OBJECTS)) {
                for (int round = 0; round < 20; round++) {
                    world.disturb();
                    world.simulation.runFor(Duration.ofMillis(200));
                }
                world.way.cut();
                world.disturb();
                world.simulation.runFor(Duration.ofMinutes(1));
                world.disturb();
                world.way.heal();

                boolean quiet =
                        world.simulation.runUntilQuiet(world.truth, Duration.ofSeconds(25), Duration.ofMinutes(5));
                assertThat(quiet).as("seed %d comes to rest", seed).isTrue();
                assertThat(world.unanswered()).as("seed %d", seed).isEmpty();
                assertThat(world.twice)
                        .as("seed %d: keys that ran twice at a time", seed)
                        .isEmpty();
            }
        }
    }

    @Test
    void isNotOverrunWhenAllKeysAreDueAtOnceAfterAnOutage() {
        try (var world = new World(1, Faults.NONE, 300)) {
            world.simulation.runFor(Duration.ofSeconds(30));
            assertThat(world.unanswered()).isEmpty();
            world.way.cut();
            for (int i = 0; i < 300; i++) {
                world.respell(i);
            }
            world.simulation.runFor(Duration.ofMinutes(1));
            world.runs = 0;
            world.way.heal();
            world.simulation.runFor(Duration.ofSeconds(9));

            assertThat(world.unanswered()).isEmpty();
            assertThat(world.runs)
                    .as("each key once for its change, some for a resync")
                    .isBetween(300, 1_200);
        }
    }

    private static final class World implements AutoCloseable {
        private final Simulation simulation;
        private final MemoryStore truth;
        private final FaultyStore way;
        private final SimulatedProcess engine;
        private final Informer<String, String> echoes;
        private final Set<ObjectKey> running = new HashSet<>();
        private final Set<ObjectKey> twice = new HashSet<>();
        private int runs;

        World(long seed, Faults faults, int objects) {
            simulation = new Simulation(seed);
            truth = new MemoryStore(simulation.process("store").env());
            engine = simulation.process("engine");
            way = new FaultyStore(truth, engine, faults);
            echoes = Informer.of(ECHOES, way, engine.env()).build();
            for (int i = 0; i < objects; i++) {
                truth.commit(Commit.of(new Write.Create(Draft.of(key(i), Bytes.utf8("hello")))));
            }
            var controller = Controller.named("echo", engine.env())
                    .watches(echoes, EventMapper.self(), EventFilter.spec())
                    .queue(options -> options.fairness(Fairness.by(ObjectKey::namespace)))
                    .ignoreOwnWrites()
                    .concurrency(4)
                    .reconciler(way, (request, store) -> {
                        if (!running.add(request.key())) {
                            twice.add(request.key());
                        }
                        runs++;
                        try {
                            var echo = echoes.lister().get(request.key()).orElseThrow();
                            return echo.status().equals(echo.spec())
                                    ? Result.done()
                                    : Result.after(store.commit(Commit.of(new Write.UpdateStatus(
                                            echo.key(),
                                            echo.uid(),
                                            ECHOES.status().encode(echo.spec())))));
                        } finally {
                            running.remove(request.key());
                        }
                    })
                    .build();
            echoes.start();
            controller.start();
            simulation.runFor(SECOND);
        }

        void disturb() {
            respell(engine.env().random().nextInt(OBJECTS));
        }

        void respell(int number) {
            var object = truth.get(key(number), ReadAt.LATEST).orElseThrow();
            var spec = Bytes.utf8(object.spec().toUtf8() + "!");
            assertThat(truth.commit(Commit.of(
                                    new Write.Update(object, Draft.from(object).withSpec(spec))))
                            .written())
                    .isTrue();
        }

        Set<ObjectKey> unanswered() {
            var unanswered = new HashSet<ObjectKey>();
            truth.list(Selection.of("echoes"), ReadAt.LATEST).objects().stream()
                    .filter(echo -> !echo.status().equals(echo.spec()))
                    .forEach(echo -> unanswered.add(echo.key()));
            return unanswered;
        }

        private static ObjectKey key(int number) {
            return ECHOES.key("space" + number % 3, "e" + number);
        }

        @Override
        public void close() {
            simulation.close();
        }
    }
}
