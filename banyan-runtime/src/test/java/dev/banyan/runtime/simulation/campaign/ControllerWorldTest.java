package dev.banyan.runtime.simulation.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Texts;
import dev.banyan.runtime.simulation.SimulationFailure;
import dev.banyan.runtime.simulation.fault.FaultKind;
import dev.banyan.runtime.simulation.fault.Strike;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ControllerWorldTest {
    private static final Kind<String, String> LAMPS = Texts.kind("lamps");
    private static final ObjectKey LAMP = LAMPS.key("default", "one");

    @Test
    void startsAProcessAgainWhenItWasKilled() {
        var starts = new ArrayList<Duration>();
        try (var trial = trial(Mode.SAFETY, new Strike("killed", "p", 3))) {
            var world = new ControllerWorld(trial);
            world.start(
                    "p", (env, store) -> starts.add(trial.simulation().time().elapsed()));
            trial.simulation().runFor(Duration.ofSeconds(10));
        }

        assertThat(starts).hasSize(2);
        assertThat(starts.getLast()).isBetween(Duration.ofSeconds(4), Duration.ofSeconds(5));
    }

    @Test
    void startsAProcessAgainThatDiedInACallToItsStore() {
        var starts = new ArrayList<String>();
        try (var trial = trial(Mode.SAFETY, new Strike("crash-before-call", "p>store", 1))) {
            var world = new ControllerWorld(trial);
            world.start("p", (env, store) -> {
                starts.add("begun");
                store.get(LAMP, ReadAt.LATEST);
                starts.add("went on");
            });
            trial.simulation().runFor(Duration.ofSeconds(10));
        }

        assertThat(starts).containsExactly("begun", "begun", "went on");
    }

    @Test
    void letsAProcessStandStillForAWhileAndGoOn() {
        var ticks = new ArrayList<Duration>();
        try (var trial = trial(Mode.SAFETY, new Strike("paused", "p", 2))) {
            var world = new ControllerWorld(trial);
            world.start("p", (env, store) -> {
                while (!env.signal().await(Duration.ofMillis(100))) {
                    ticks.add(trial.simulation().time().elapsed());
                }
            });
            trial.simulation().runFor(Duration.ofSeconds(20));
        }
        var longest = Duration.ZERO;
        for (int tick = 1; tick < ticks.size(); tick++) {
            var gap = ticks.get(tick).minus(ticks.get(tick - 1));
            longest = gap.compareTo(longest) > 0 ? gap : longest;
        }

        assertThat(longest).isBetween(Duration.ofMillis(200), Duration.ofSeconds(11));
        assertThat(ticks.getLast()).isGreaterThan(Duration.ofSeconds(19));
    }

    @Test
    void asksForNoRestWhereThingsGoWrongToTheEnd() {
        try (var trial = trial(Mode.SAFETY)) {
            new ControllerWorld(trial).settles(() -> Optional.of("never"));

            assertThat(trial.settled()).isEmpty();
            assertThat(trial.simulation().time().elapsed()).isEqualTo(Duration.ofSeconds(20));
        }
    }

    @Test
    void asksForRestOnceAllIsWell() {
        for (var mode : List.of(Mode.LIVENESS, Mode.CALM)) {
            try (var trial = trial(mode)) {
                var world = new ControllerWorld(trial);
                assertThatThrownBy(() -> world.settles(() -> Optional.of("never")))
                        .hasMessageContaining("not settled")
                        .hasMessageContaining("never");
                world.settles(Optional::empty);
                assertThat(trial.settled()).containsExactly(Duration.ZERO);
            }
        }
    }

    @Test
    void letsNothingGoWrongOnceItHasToSettle() {
        var always = List.of(new FaultKind("lost-request", 1));
        try (var trial = new Trial(new Schedule(1, Mode.LIVENESS, Optional.empty(), Map.of(), false), always)) {
            var world = new ControllerWorld(trial);
            world.settles(Optional::empty);

            assertThat(trial.faults().strikes(always.getFirst(), "anywhere")).isFalse();
        }
    }

    @Test
    void looksAtInvariantsAfterEachRevision() {
        try (var trial = trial(Mode.CALM)) {
            var world = new ControllerWorld(trial);
            world.always("no lamp", truth -> assertThat(truth.get(LAMP, ReadAt.LATEST))
                    .isEmpty());
            world.start("p", (env, store) -> {
                env.signal().await(Duration.ofSeconds(5));
                store.commit(Commit.of(Write.create(LAMPS, LAMP, "on")));
            });

            assertThatThrownBy(() -> world.settles(Optional::empty))
                    .isInstanceOf(SimulationFailure.class)
                    .hasMessageContaining("no lamp does not hold");
        }
    }

    private static Trial trial(Mode mode, Strike... strikes) {
        return new Trial(new Schedule(1, mode, Optional.of(Set.of(strikes)), Map.of(), true), List.of());
    }
}
