package dev.banyan.runtime.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Task;
import dev.banyan.runtime.simulation.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RelistBudgetTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final Simulation simulation = new Simulation(5);
    private final Env env = simulation.process("one").env();
    private final List<Long> begun = new ArrayList<>(); // milliseconds
    private int running;
    private int runningMost;

    @AfterEach
    void closeSimulation() {
        simulation.close();
    }

    @Test
    void letsAFewListAtATimeAndEveryoneInTheEnd() {
        var budget = RelistBudget.of(env, 3, Duration.ZERO, 1);
        for (int list = 0; list < 20; list++) {
            list(budget, false, Duration.ofMillis(100));
        }
        simulation.runFor(LONG);

        assertThat(begun).hasSize(20);
        assertThat(runningMost).isEqualTo(3);
    }

    @Test
    void spacesRepeatedListsAfterTheFirstFew() {
        var budget = RelistBudget.of(env, 10, Duration.ofMillis(500), 2);
        for (int list = 0; list < 5; list++) {
            list(budget, true, Duration.ZERO);
        }
        simulation.runFor(LONG);

        assertThat(begun).containsExactly(0L, 0L, 500L, 1_000L, 1_500L);
    }

    @Test
    void regainsItsCreditWithTimeAndNoMoreThanThat() {
        var budget = RelistBudget.of(env, 10, Duration.ofMillis(500), 2);
        simulation.runFor(LONG);
        for (int list = 0; list < 3; list++) {
            list(budget, true, Duration.ZERO);
        }
        simulation.runFor(LONG);

        assertThat(begun).containsExactly(60_000L, 60_000L, 60_500L);
    }

    @Test
    void letsFirstListsBeginAtOnce() {
        var budget = RelistBudget.of(env, 10, Duration.ofMillis(500), 1);
        for (int list = 0; list < 5; list++) {
            list(budget, false, Duration.ZERO);
        }
        simulation.runFor(LONG);

        assertThat(begun).containsOnly(0L);
    }

    @Test
    void doesNotLoseAPlaceToSomebodyWhoWasCancelled() {
        var budget = RelistBudget.of(env, 1, Duration.ZERO, 1);
        list(budget, false, Duration.ofSeconds(1));
        simulation.runFor(Duration.ofMillis(10));
        var cancelled = list(budget, false, Duration.ZERO);
        simulation.runFor(Duration.ofMillis(10));
        list(budget, false, Duration.ZERO);
        simulation.runFor(Duration.ofMillis(10));
        cancelled.cancel();
        simulation.runFor(LONG);

        assertThat(begun).hasSize(2);
    }

    @Test
    void refusesABudgetThatAllowsNothing() {
        assertThatThrownBy(() -> RelistBudget.of(env, 0, Duration.ZERO, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RelistBudget.of(env, 1, Duration.ZERO, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RelistBudget.of(env, 1, Duration.ofMillis(-1), 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private Task list(RelistBudget budget, boolean again, Duration takes) {
        return env.tasks().spawn("list", () -> {
            budget.enter(again);
            begun.add(env.time().nanos() / 1_000_000);
            running++;
            runningMost = Math.max(runningMost, running);
            env.signal().await(takes);
            running--;
            budget.leave();
        });
    }
}
