package dev.banyan.runtime.election;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.election.Fleet.Worker;
import dev.banyan.runtime.env.RandomSource;
import dev.banyan.runtime.env.SeededRandom;
import dev.banyan.runtime.simulation.FaultyStore;
import dev.banyan.runtime.simulation.SimulatedProcess.Condition;
import dev.banyan.runtime.store.WriteOutcome;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Whole processes that divide jobs among themselves. What must always hold is checked by the {@link Fleet} after every write: who wrote a
 * job's status owned it under the view of that moment, and a new owner had seen the last write of the former one.
 */
class ShardsSimulationTest {
    private static final Duration SETTLED = Duration.ofSeconds(10);
    private static final FaultyStore.Faults NONE = FaultyStore.Faults.NONE;
    private static final FaultyStore.Faults LOSSY = new FaultyStore.Faults(Duration.ofMillis(100), 0.02, 0.05);
    private static final Duration CLEAN = Duration.ofMillis(100);
    private static final Duration KILLED = Duration.ofSeconds(6);
    private static final Duration JOINED = Duration.ofSeconds(5);

    @Test
    void dividesTheJobsAndDoesThemAll() {
        try (var fleet = new Fleet(1, NONE, "a", "b", "c")) {
            fleet.simulation.runFor(SETTLED);
            fleet.touchAll();

            assertThat(fleet.simulation.runUntil(fleet::allDone, CLEAN)).isTrue();
            assertThat(fleet.writers()).containsExactlyInAnyOrder("a", "b", "c");
            assertThat(fleet.workers).allSatisfy(worker -> {
                assertThat(worker.shards().health().ready()).isTrue();
                assertThat(fleet.jobs())
                        .allSatisfy(job ->
                                assertThat(worker.shards().owner(job.path())).isEqualTo(fleet.owner(job)));
            });
        }
    }

    @Test
    void handsOverWithinATenthOfASecondWhenAProcessStops() {
        for (long seed = 0; seed < 30; seed++) {
            try (var fleet = new Fleet(seed, NONE, "a", "b", "c")) {
                fleet.simulation.runFor(phase(seed));
                var leaver = fleet.worker("a");
                fleet.simulation.runIn(leaver.process(), SETTLED, leaver.controller()::stop);
                fleet.touchAll();
                fleet.simulation.runFor(Duration.ofSeconds(1));
                assertThat(fleet.undone()).as("what a owns").isNotEmpty();

                fleet.simulation.runIn(leaver.process(), CLEAN, () -> {
                    leaver.shards().stop();
                    leaver.membership().stop();
                });

                assertThat(fleet.simulation.runUntil(fleet::allDone, CLEAN))
                        .as("seed %d: %s not done", seed, fleet.undone())
                        .isTrue();
            }
        }
    }

    @Test
    void handsOverWithinSixSecondsWhenAProcessIsKilled() {
        for (long seed = 0; seed < 30; seed++) {
            try (var fleet = new Fleet(seed, NONE, "a", "b", "c")) {
                fleet.simulation.runFor(phase(seed));
                fleet.worker("b").process().kill();
                fleet.touchAll();

                assertThat(fleet.simulation.runUntil(fleet::allDone, KILLED))
                        .as("seed %d: %s not done", seed, fleet.undone())
                        .isTrue();
            }
        }
    }

    @Test
    void givesAJoiningProcessItsShareAndMovesNothingElse() {
        for (long seed = 0; seed < 20; seed++) {
            try (var fleet = new Fleet(seed, NONE, "a", "b")) {
                fleet.simulation.runFor(phase(seed));
                var before = fleet.owners();

                fleet.start("c", NONE);
                assertThat(fleet.simulation.runUntil(
                                () -> fleet.worker("c").shards().health().ready(), JOINED))
                        .isTrue();
                fleet.touchAll();
                assertThat(fleet.simulation.runUntil(fleet::allDone, CLEAN)).isTrue();

                assertThat(fleet.writers()).contains("c");
                fleet.owners()
                        .forEach((job, owner) -> assertThat(owner).as("%s", job).isIn(before.get(job), "c"));
            }
        }
    }

    @Test
    void refusesWhatWasBegunBeforeTheHandOverThoughTheProcessKnowsTheNewView() {
        try (var fleet = new Fleet(4, NONE, "a")) {
            fleet.simulation.runFor(SETTLED);
            var slow = fleet.worker("a");
            slow.gate().close();
            fleet.touchAll();
            fleet.simulation.runFor(Duration.ofSeconds(1));
            fleet.start("b", NONE);
            assertThat(fleet.simulation.runUntil(
                            () -> !fleet.owned("b").isEmpty()
                                    && fleet.owned("b").stream().allMatch(fleet::done),
                            JOINED))
                    .isTrue();
            assertThat(slow.membership().view().orElseThrow().members()).contains("b");
            int begun = slow.outcomes().size();

            slow.gate().open();
            assertThat(fleet.simulation.runUntil(fleet::allDone, JOINED)).isTrue();
            fleet.simulation.runFor(CLEAN); // for the last replies

            var late = slow.outcomes().subList(begun, slow.outcomes().size());
            assertThat(late.subList(0, Fleet.CONCURRENCY))
                    .as("what was running at the hand-over")
                    .allMatch(WriteOutcome.Fenced.class::isInstance);
            assertThat(late.subList(Fleet.CONCURRENCY, late.size()))
                    .as("what ran again under the new view")
                    .hasSameSizeAs(fleet.owned("a"))
                    .allMatch(WriteOutcome::written);
        }
    }

    @Test
    void writesNothingAtRestButBeats() {
        for (long seed = 0; seed < 10; seed++) {
            try (var fleet = new Fleet(seed, new FaultyStore.Faults(Duration.ofMillis(50), 0, 0), "a", "b", "c")) {
                fleet.simulation.runFor(SETTLED);
                fleet.touchAll();
                assertThat(fleet.simulation.runUntil(fleet::allDone, JOINED)).isTrue();
                fleet.simulation.runFor(SETTLED);
                long rest = fleet.newestRevisionButBeats();
                long reconciled = fleet.reconciles();

                fleet.simulation.runFor(Duration.ofMinutes(2));

                assertThat(fleet.newestRevisionButBeats()).isEqualTo(rest);
                assertThat(fleet.reconciles() - reconciled)
                        .as("nothing but resyncs of its own jobs")
                        .isLessThanOrEqualTo(fleet.jobs().size() * 14L);
            }
        }
    }

    @Test
    void goesOnUnderTheSameViewAfterAnOutageOfTheStore() {
        for (long seed = 0; seed < 10; seed++) {
            try (var fleet = new Fleet(seed, NONE, "a", "b", "c")) {
                fleet.simulation.runFor(SETTLED);
                long view = fleet.viewRevision();
                fleet.workers.forEach(worker -> worker.store().cut());
                fleet.touchAll();
                fleet.simulation.runFor(Duration.ofSeconds(40));
                assertThat(fleet.workers).noneMatch(worker -> worker.shards()
                        .owns(fleet.owned(worker.id()).getFirst().path()));

                fleet.workers.forEach(worker -> worker.store().heal());

                assertThat(fleet.simulation.runUntil(fleet::allDone, Duration.ofSeconds(20)))
                        .as("seed %d: %s not done", seed, fleet.undone())
                        .isTrue();
                assertThat(fleet.viewRevision()).isEqualTo(view);
            }
        }
    }

    /** The process stands still at every few milliseconds of a burst of work, for as long as a collection, a swap storm, a suspended machine. */
    @Test
    void survivesAPauseOfAnyLengthAtAnyPoint() {
        for (long millis : List.of(20, 700, 4_900, 5_600, 30_000)) {
            for (int point = 0; point < 24; point++) {
                try (var fleet = new Fleet(point, NONE, "a", "b")) {
                    fleet.simulation.runFor(SETTLED);
                    fleet.workers.forEach(Worker::slow);
                    fleet.touchAll();
                    fleet.simulation.runFor(Duration.ofMillis(13L * point));
                    fleet.worker("a").process().pause();
                    fleet.touchAll();
                    fleet.simulation.runFor(Duration.ofMillis(millis));
                    fleet.worker("a").process().resume();
                    fleet.touchAll();

                    assertThat(fleet.simulation.runUntil(fleet::allDone, Duration.ofSeconds(20)))
                            .as("pause of %d ms at point %d: %s not done", millis, point, fleet.undone())
                            .isTrue();
                }
            }
        }
    }

    @Test
    void keepsOneOwnerForEachJobWhateverHappens() {
        for (long seed = 0; seed < 60; seed++) {
            try (var fleet = new Fleet(seed, LOSSY, "a", "b", "c")) {
                trouble(fleet, seed);
            }
        }
    }

    @Test
    void dependsOnNobodysClock() {
        for (long seed = 100; seed < 120; seed++) {
            try (var fleet = new Fleet(seed, LOSSY)) {
                fleet.start("a", LOSSY, Duration.ofDays(-3), 1.0);
                fleet.start("b", LOSSY, Duration.ofDays(400), 1.3);
                fleet.start("c", LOSSY, Duration.ZERO, 0.75);
                trouble(fleet, seed);
            }
        }
    }

    /** Another phase of everybody's beats and looks for each seed. */
    private static Duration phase(long seed) {
        return SETTLED.plusMillis(137 * seed);
    }

    private static void trouble(Fleet fleet, long seed) {
        var random = new SeededRandom(seed).fork("trouble");
        for (int turn = 0; turn < 16; turn++) {
            strike(fleet, random);
            if (random.nextInt(3) == 0) {
                fleet.touchAll();
            }
            fleet.simulation.runFor(Duration.ofMillis(random.nextLong(7_000)));
        }
        fleet.workers.forEach(worker -> worker.process().resume());
        fleet.workers.forEach(worker -> worker.store().heal());
        fleet.touchAll();

        assertThat(fleet.simulation.runUntil(
                        () -> fleet.allDone() && fleet.members().equals(fleet.alive()), Duration.ofMinutes(2)))
                .as("seed %d: %s not done by %s", seed, fleet.undone(), fleet.members())
                .isTrue();
    }

    private static void strike(Fleet fleet, RandomSource random) {
        var worker = fleet.workers.get(random.nextInt(fleet.workers.size()));
        switch (random.nextInt(7)) {
            case 0 -> worker.process().pause();
            case 1 -> worker.process().resume();
            case 2 -> worker.store().cut();
            case 3 -> worker.store().heal();
            case 4 -> {
                if (fleet.alive().size() > 1) {
                    worker.process().kill();
                }
            }
            case 5 -> {
                if (worker.process().condition() == Condition.DEAD) {
                    fleet.start(worker.id(), LOSSY);
                }
            }
            default -> worker.slow();
        }
    }
}
