package dev.banyan.runtime.election;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.env.RandomSource;
import dev.banyan.runtime.env.SeededRandom;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.simulation.FaultyStore;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.SimulatedProcess.Condition;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Whole memberships on simulated processes. Each engine also writes under its view as often as it can, for the fence to be tried. */
class MembershipSimulationTest {
    private static final Duration TTL = Membership.TTL;
    private static final Duration SETTLED = Duration.ofSeconds(15);
    private static final FaultyStore.Faults LOSSY = new FaultyStore.Faults(Duration.ofMillis(200), 0.02, 0.05);

    @Test
    void formsOneViewOfAllEnginesThatStart() {
        try (var world = new World(1, FaultyStore.Faults.NONE, "a", "b", "c")) {
            world.simulation.runFor(Duration.ofSeconds(3));

            assertThat(world.members()).containsExactly("a", "b", "c");
            assertThat(world.engines).allSatisfy(engine -> {
                assertThat(engine.membership.health().ready()).isTrue();
                assertThat(engine.membership.view().orElseThrow().revision()).isEqualTo(world.viewRevision());
            });
        }
    }

    @Test
    void takesADeadEngineOutWithinSixSeconds() {
        for (long seed = 0; seed < 20; seed++) {
            try (var world = new World(seed, FaultyStore.Faults.NONE, "a", "b")) {
                world.simulation.runFor(Duration.ofSeconds(10));
                world.engine("a").process.kill();

                assertThat(world.simulation.runUntil(
                                () -> world.members().equals(List.of("b")), Duration.ofMillis(6_100)))
                        .as("seed %d", seed)
                        .isTrue();
            }
        }
    }

    @Test
    void needsNoMoreThanTheTimeToLiveToTakeADeadEngineOut() {
        for (long seed = 0; seed < 20; seed++) {
            try (var world = new World(seed, FaultyStore.Faults.NONE, "a", "b")) {
                world.simulation.runFor(Duration.ofSeconds(10).plusMillis(137 * seed));
                world.engine("a").process.kill();

                assertThat(world.simulation.runUntil(() -> world.members().equals(List.of("b")), TTL.plusMillis(100)))
                        .as("seed %d", seed)
                        .isTrue();
            }
        }
    }

    @Test
    void knowsOfOneThatComesOrGoesWithinATenthOfASecond() {
        for (long seed = 0; seed < 20; seed++) {
            try (var world = new World(seed, FaultyStore.Faults.NONE, "a", "b")) {
                world.simulation.runFor(Duration.ofSeconds(10).plusMillis(137 * seed));
                world.quiet = true; // a refused write would tell as well
                world.simulation.runFor(Duration.ofSeconds(1));

                var comer = world.start("c", FaultyStore.Faults.NONE);
                assertThat(knownSoon(world, List.of("a", "b", "c")))
                        .as("seed %d: join", seed)
                        .isTrue();
                world.simulation.runIn(comer.process, Duration.ofMillis(100), comer.membership::stop);
                assertThat(knownSoon(world, List.of("a", "b")))
                        .as("seed %d: leave", seed)
                        .isTrue();
            }
        }
    }

    private static boolean knownSoon(World world, List<String> members) {
        return world.simulation.runUntil(
                () -> world.engines.stream()
                        .filter(engine -> members.contains(engine.id))
                        .allMatch(engine -> engine.membership
                                .view()
                                .filter(view -> view.members().equals(members))
                                .isPresent()),
                Duration.ofMillis(100));
    }

    @Test
    void takesAnEngineThatStopsOutAtOnce() {
        try (var world = new World(2, FaultyStore.Faults.NONE, "a", "b")) {
            world.simulation.runFor(Duration.ofSeconds(10));
            var leaver = world.engine("a");

            world.simulation.runIn(leaver.process, Duration.ofMillis(100), leaver.membership::stop);

            assertThat(world.members()).containsExactly("b");
            assertThat(leaver.membership.view()).isEmpty();
        }
    }

    @Test
    void fencesAnEngineThatSleptUntilItHasJoinedUnderANewView() {
        for (long seed = 0; seed < 20; seed++) {
            try (var world = new World(seed, FaultyStore.Faults.NONE, "a", "b")) {
                world.simulation.runFor(Duration.ofSeconds(10));
                var sleeper = world.engine("a");
                long before = world.viewRevision();
                sleeper.process.pause();
                world.simulation.runFor(Duration.ofSeconds(10));
                assertThat(world.members()).containsExactly("b");

                int landed = sleeper.landed.size();
                sleeper.process.resume();
                world.simulation.runFor(SETTLED);

                assertThat(world.members()).containsExactly("a", "b");
                assertThat(sleeper.landed).hasSizeGreaterThan(landed);
                assertThat(sleeper.landed.subList(landed, sleeper.landed.size()))
                        .as("seed %d: views of what landed after the sleep", seed)
                        .allSatisfy(view -> assertThat(view).isGreaterThan(before));
            }
        }
    }

    @Test
    void tellsAWriterItIsFencedThoughItBelievesInItsView() {
        try (var world = new World(3, FaultyStore.Faults.NONE, "a", "b")) {
            world.simulation.runFor(Duration.ofSeconds(10));
            var old = world.engine("a").membership.view();
            world.engine("b").process.kill();
            world.simulation.runFor(Duration.ofSeconds(7));

            var outcome = new FencedStore(world.truth, () -> old).commit(note("late", 0));

            assertThat(outcome)
                    .isEqualTo(
                            new WriteOutcome.Fenced(View.KEY, old.orElseThrow().revision(), world.viewRevision()));
        }
    }

    @Test
    void refusesToWriteWithoutAView() {
        try (var world = new World(3, FaultyStore.Faults.NONE)) {
            var fenced = new FencedStore(world.truth, Optional::empty);

            assertThat(fenced.commit(note("early", 0))).isEqualTo(new WriteOutcome.Fenced(View.KEY, 0, 0));
            assertThat(fenced.get(ObjectKey.cluster("notes", "early"), ReadAt.LATEST))
                    .isEmpty();
        }
    }

    @Test
    void lastsThroughAStoreThatIsAwayLongerThanTheTimeToLive() {
        try (var world = new World(4, FaultyStore.Faults.NONE, "a", "b", "c")) {
            world.simulation.runFor(Duration.ofSeconds(10));
            world.engines.forEach(engine -> engine.store.cut());
            world.simulation.runFor(Duration.ofSeconds(30));
            assertThat(world.engines)
                    .allMatch(engine -> engine.membership.view().isEmpty());

            long before = world.viewRevision();
            world.engines.forEach(engine -> engine.store.heal());
            world.simulation.runFor(SETTLED);

            assertThat(world.viewRevision())
                    .as("nobody judged after its own blindness")
                    .isEqualTo(before);
            assertThat(world.engines)
                    .allMatch(engine -> engine.membership.view().isPresent());
        }
    }

    @Test
    void keepsTheSecondOfTwoRunsUnderOneName() {
        try (var world = new World(5, FaultyStore.Faults.NONE, "a", "b")) {
            world.simulation.runFor(Duration.ofSeconds(10));
            var second = world.start("a", FaultyStore.Faults.NONE);
            world.simulation.runFor(SETTLED);

            assertThat(world.engine("a").membership.health().detail()).contains("taken the name");
            assertThat(second.membership.view()).isPresent();
            assertThat(world.members()).containsExactly("a", "b");
        }
    }

    @Test
    void neverLandsAWriteUnderAnOldViewAndComesToRestWhateverHappens() {
        for (long seed = 0; seed < 40; seed++) {
            try (var world = new World(seed, LOSSY, "a", "b", "c")) {
                var random = new SeededRandom(seed).fork("trouble");
                for (int turn = 0; turn < 20; turn++) {
                    trouble(world, random);
                    world.simulation.runFor(Duration.ofMillis(random.nextLong(8_000)));
                }
                world.engines.forEach(engine -> engine.process.resume());
                world.engines.forEach(engine -> engine.store.heal());
                var alive = world.alive();

                assertThat(world.simulation.runUntil(() -> world.members().equals(alive), Duration.ofMinutes(2)))
                        .as("seed %d: %s but alive are %s", seed, world.members(), alive)
                        .isTrue();
            }
        }
    }

    private static void trouble(World world, RandomSource random) {
        var engine = world.engines.get(random.nextInt(world.engines.size()));
        switch (random.nextInt(6)) {
            case 0 -> engine.process.pause();
            case 1 -> engine.process.resume();
            case 2 -> engine.store.cut();
            case 3 -> engine.store.heal();
            case 4 -> {
                if (world.alive().size() > 1) {
                    engine.process.kill();
                }
            }
            default -> {}
        }
    }

    private static Commit note(String name, long view) {
        return Commit.of(new Write.Create(Draft.of(ObjectKey.cluster("notes", name), Bytes.utf8(Long.toString(view)))));
    }

    private record Engine(
            String id, SimulatedProcess process, FaultyStore store, Membership membership, List<Long> landed) {}

    /** Engines over one truth, under the invariant that what lands was written under the view of that moment. */
    private static final class World implements AutoCloseable {
        private final Simulation simulation;
        private final MemoryStore truth;
        private final List<Engine> engines = new ArrayList<>();
        private boolean quiet;
        private int notes;

        World(long seed, FaultyStore.Faults faults, String... ids) {
            simulation = new Simulation(seed);
            truth = new MemoryStore(simulation.process("store").env());
            for (var id : ids) {
                start(id, faults);
            }
            simulation.always("the writer's view is the current one", truth, World::checkNewestNote);
        }

        Engine start(String id, FaultyStore.Faults faults) {
            var process = simulation.process(id);
            var store = new FaultyStore(truth, process, faults);
            var membership = new Membership(store, process.env(), id, TTL);
            var engine = new Engine(id, process, store, membership, new ArrayList<>());
            engines.add(engine);
            membership.start();
            process.env().tasks().spawn("writer", () -> write(engine));
            return engine;
        }

        Engine engine(String id) {
            return engines.stream()
                    .filter(some -> some.id().equals(id))
                    .findFirst()
                    .orElseThrow();
        }

        List<String> members() {
            return truth.get(View.KEY, ReadAt.LATEST)
                    .map(view -> ViewRecord.decode(view.spec()).members())
                    .orElse(List.of());
        }

        List<String> alive() {
            return engines.stream()
                    .filter(engine -> engine.process().condition() != Condition.DEAD)
                    .map(Engine::id)
                    .sorted()
                    .toList();
        }

        long viewRevision() {
            return truth.get(View.KEY, ReadAt.LATEST).orElseThrow().meta().revision();
        }

        /** Writes notes that say under which view they were meant, with the view taken long before they leave. */
        private void write(Engine engine) throws InterruptedException {
            var env = engine.process().env();
            while (true) {
                var view = engine.membership().view();
                env.signal().await(Duration.ofMillis(env.random().nextInt(500)));
                if (view.isPresent() && !quiet) {
                    long revision = view.get().revision();
                    var fenced = new FencedStore(engine.store(), () -> view);
                    if (fenced.commit(note("n" + notes++, revision)).written()) {
                        engine.landed().add(revision);
                    }
                }
            }
        }

        private static void checkNewestNote(Store truth) {
            var all = truth.list(Selection.of("notes"), ReadAt.LATEST);
            all.objects().stream()
                    .filter(note -> note.meta().revision() == all.revision())
                    .forEach(note -> assertThat(Long.parseLong(note.spec().toUtf8()))
                            .isEqualTo(truth.get(View.KEY, ReadAt.LATEST)
                                    .orElseThrow()
                                    .meta()
                                    .revision()));
        }

        @Override
        public void close() {
            simulation.close();
        }
    }
}
