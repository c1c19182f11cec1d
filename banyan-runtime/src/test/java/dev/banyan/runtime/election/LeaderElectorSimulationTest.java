package dev.banyan.runtime.election;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.controller.Controller;
import dev.banyan.runtime.controller.EventMapper;
import dev.banyan.runtime.controller.Result;
import dev.banyan.runtime.env.SeededRandom;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Texts;
import dev.banyan.runtime.simulation.FaultyStore;
import dev.banyan.runtime.simulation.FaultyStore.Faults;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Whole candidates on simulated processes. The leader counts in an object's status and signs with its name. */
class LeaderElectorSimulationTest {
    private static final Duration SETTLED = Duration.ofSeconds(10);
    private static final Faults LOSSY = new Faults(Duration.ofMillis(100), 0.02, 0.05);
    private static final Kind<String, String> COUNTERS = Texts.kind("counters");
    private static final ObjectKey COUNTER = COUNTERS.key("default", "counter");

    @Test
    void choosesOneAndKeepsItWhenOthersComeOrGo() {
        for (long seed = 0; seed < 10; seed++) {
            try (var world = new World(seed, Faults.NONE, "c", "d")) {
                world.simulation.runFor(SETTLED);
                var leader = world.leader();
                long token = world.token();
                world.start("a", Faults.NONE);
                world.simulation.runFor(SETTLED);
                var other = world.others(leader).getFirst();
                world.simulation.runIn(other.process(), SETTLED, other::stop);
                world.simulation.runFor(SETTLED);

                assertThat(world.token()).as("seed %d", seed).isEqualTo(token);
                assertThat(leader.elector().leadership()).isEqualTo(new Leadership.Leading(token));
                assertThat(world.others(leader))
                        .filteredOn(candidate -> !candidate.equals(other))
                        .allSatisfy(candidate -> assertThat(candidate.elector().leadership())
                                .isEqualTo(new Leadership.Standby(Optional.of(leader.id()))));
            }
        }
    }

    @Test
    void handsOverWithinATenthOfASecondWhenTheLeaderStops() {
        for (long seed = 0; seed < 20; seed++) {
            try (var world = new World(seed, Faults.NONE, "a", "b", "c")) {
                world.simulation.runFor(SETTLED.plusMillis(137 * seed));
                var leader = world.leader();
                long before = world.token();
                world.simulation.runIn(leader.process(), SETTLED, leader.controller()::stop);

                world.simulation.runIn(leader.process(), SETTLED, leader.elector()::stop);
                world.touch();

                assertThat(world.simulation.runUntil(world::counted, Duration.ofMillis(100)))
                        .as("seed %d", seed)
                        .isTrue();
                assertThat(world.token()).isGreaterThan(before);
                assertThat(leader.elector().leadership()).isInstanceOf(Leadership.Standby.class);
            }
        }
    }

    @Test
    void succeedsAKilledLeaderWithinSixSeconds() {
        for (long seed = 0; seed < 20; seed++) {
            try (var world = new World(seed, Faults.NONE, "a", "b", "c")) {
                world.simulation.runFor(SETTLED.plusMillis(171 * seed));
                world.leader().process().kill();
                world.touch();

                assertThat(world.simulation.runUntil(world::counted, Duration.ofSeconds(6)))
                        .as("seed %d", seed)
                        .isTrue();
            }
        }
    }

    @Test
    void resumesUnderItsTokenAfterABlipThatNobodyUsed() {
        try (var world = new World(3, Faults.NONE, "a", "b")) {
            world.simulation.runFor(SETTLED);
            var leader = world.leader();
            long token = world.token();
            var history = new ArrayList<Leadership>();
            leader.elector().addListener(history::add);
            world.candidates.forEach(candidate -> candidate.store().cut());
            world.simulation.runFor(Duration.ofSeconds(20));
            assertThat(leader.elector().leadership()).isEqualTo(new Leadership.Suspect(token));
            assertThat(leader.elector().health().ready()).isFalse();
            world.touch();

            world.candidates.forEach(candidate -> candidate.store().heal());

            assertThat(world.simulation.runUntil(world::counted, SETTLED)).isTrue();
            assertThat(history).containsExactly(new Leadership.Suspect(token), new Leadership.Leading(token));
            assertThat(leader.elector().health().ready()).isTrue();
        }
    }

    @Test
    void standsByAfterAPauseInWhichItWasSucceeded() {
        for (long seed = 0; seed < 10; seed++) {
            try (var world = new World(seed, Faults.NONE, "a", "b")) {
                world.simulation.runFor(SETTLED);
                var sleeper = world.leader();
                sleeper.process().pause();
                world.simulation.runFor(SETTLED);
                world.touch();
                sleeper.process().resume();
                world.simulation.runFor(SETTLED);

                assertThat(world.counted()).isTrue();
                assertThat(sleeper.elector().leadership()).isInstanceOf(Leadership.Standby.class);
                assertThat(world.leader()).isNotEqualTo(sleeper);
            }
        }
    }

    @Test
    void goesOnWhenAListenerFails() {
        try (var world = new World(3, Faults.NONE)) {
            var only = world.start("a", Faults.NONE);
            only.elector().addListener(now -> {
                throw new IllegalStateException("listener");
            });
            world.simulation.runFor(SETTLED);

            assertThat(only.elector().leadership().leads()).isTrue();
        }
    }

    @Test
    void acceptsNoWriteButTheNewestLeadersWhateverHappens() {
        for (long seed = 0; seed < 60; seed++) {
            try (var world = new World(seed, LOSSY, "a", "b", "c")) {
                trouble(world, seed);
                world.touch();

                assertThat(world.simulation.runUntil(world::counted, Duration.ofMinutes(1)))
                        .as("seed %d", seed)
                        .isTrue();
                world.simulation.runFor(Duration.ofSeconds(30));
                assertThat(world.candidates.stream()
                                .filter(candidate -> candidate.process().condition() != Condition.DEAD)
                                .filter(candidate ->
                                        candidate.elector().leadership().leads()))
                        .as("seed %d", seed)
                        .hasSize(1);
            }
        }
    }

    private static void trouble(World world, long seed) {
        var random = new SeededRandom(seed).fork("trouble");
        int kills = 0;
        for (int turn = 0; turn < 16; turn++) {
            var candidate = world.candidates.get(random.nextInt(world.candidates.size()));
            switch (random.nextInt(6)) {
                case 0 -> candidate.process().pause();
                case 1 -> candidate.process().resume();
                case 2 -> candidate.store().cut();
                case 3 -> candidate.store().heal();
                case 4 -> {
                    if (kills < 2 && candidate.process().condition() != Condition.DEAD) {
                        kills++;
                        candidate.process().kill();
                    }
                }
                default -> world.touch();
            }
            world.simulation.runFor(Duration.ofMillis(random.nextLong(7_000)));
        }
        world.candidates.forEach(candidate -> candidate.process().resume());
        world.candidates.forEach(candidate -> candidate.store().heal());
    }

    private record Candidate(
            String id,
            SimulatedProcess process,
            FaultyStore store,
            Membership membership,
            LeaderElector elector,
            Controller controller) {
        void stop() {
            controller.stop();
            elector.stop();
            membership.stop();
        }
    }

    private static final class World implements AutoCloseable {
        private final Simulation simulation;
        private final MemoryStore truth;
        private final List<Candidate> candidates = new ArrayList<>();
        private final AtomicInteger touches = new AtomicInteger();
        private String lastStatus = "";

        World(long seed, Faults faults, String... ids) {
            simulation = new Simulation(seed);
            truth = new MemoryStore(simulation.process("store").env());
            truth.commit(Commit.of(new Write.Create(Draft.of(COUNTER, Bytes.utf8("0")))));
            for (var id : ids) {
                start(id, faults);
            }
            simulation.always("the newest leader wrote it", truth, this::check);
        }

        Candidate start(String id, Faults faults) {
            var process = simulation.process(id);
            var env = process.env();
            var store = new FaultyStore(truth, process, faults);
            var membership = new Membership(store, env, id, Membership.TTL);
            var elector = new LeaderElector(membership, store, env, "jobs");
            var counters = Informer.of(COUNTERS, store, env).build();
            var controller = elector.controller(
                    Controller.named("counting", env).watches(counters, EventMapper.self()), fenced -> request -> {
                        var counter = counters.lister().get(request.key()).orElseThrow();
                        if (counter.status().endsWith(" " + counter.spec())) {
                            return Result.done();
                        }
                        env.signal().await(Duration.ofMillis(env.random().nextInt(20)));
                        var status = Bytes.utf8(id + " " + counter.spec());
                        return Result.after(
                                fenced.commit(Commit.of(new Write.UpdateStatus(counter.key(), counter.uid(), status))));
                    });
            var candidate = new Candidate(id, process, store, membership, elector, controller);
            candidates.add(candidate);
            membership.start();
            elector.start();
            counters.start();
            controller.start();
            return candidate;
        }

        void touch() {
            var base = truth.get(COUNTER, ReadAt.LATEST).orElseThrow();
            var spec = Bytes.utf8(Integer.toString(touches.incrementAndGet()));
            truth.commit(Commit.of(new Write.Update(base, Draft.from(base).withSpec(spec))));
        }

        boolean counted() {
            return truth.get(COUNTER, ReadAt.LATEST)
                    .orElseThrow()
                    .status()
                    .toUtf8()
                    .endsWith(" " + touches.get());
        }

        Candidate leader() {
            var name = leaderObject().orElseThrow().split(" ", 2)[0];
            return candidates.stream()
                    .filter(candidate -> candidate.id().equals(name))
                    .findFirst()
                    .orElseThrow();
        }

        List<Candidate> others(Candidate leader) {
            return candidates.stream()
                    .filter(candidate -> !candidate.equals(leader))
                    .toList();
        }

        long token() {
            return truth.list(Selection.of(LeaderCore.LEADERS), ReadAt.LATEST)
                    .objects()
                    .getFirst()
                    .meta()
                    .revision();
        }

        private Optional<String> leaderObject() {
            return truth.list(Selection.of(LeaderCore.LEADERS), ReadAt.LATEST).objects().stream()
                    .map(object -> object.spec().toUtf8())
                    .findFirst();
        }

        private void check(Store now) {
            var status = now.get(COUNTER, ReadAt.LATEST).orElseThrow().status().toUtf8();
            if (!status.equals(lastStatus)) {
                assertThat(leaderObject().orElse("nobody")).startsWith(status.split(" ", 2)[0] + " ");
                lastStatus = status;
            }
        }

        @Override
        public void close() {
            simulation.close();
        }
    }
}
