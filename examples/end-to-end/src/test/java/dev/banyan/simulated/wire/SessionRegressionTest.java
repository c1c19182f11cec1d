package dev.banyan.simulated.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.simulation.campaign.Mode;
import dev.banyan.runtime.simulation.campaign.Schedule;
import dev.banyan.runtime.simulation.campaign.Trial;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What campaigns have found, as scripts. The world itself refuses to judge an agent lost that some engine answers. */
class SessionRegressionTest {
    private static final int SEEDS = 10;
    private static final Duration BEGINNING = Duration.ofSeconds(1);
    private static final Duration BACK_MAX = Duration.ofMinutes(1);

    @TempDir(factory = MemoryDisk.class)
    private Path disk;

    @Test
    void anAgentIsHeardByTheEngineThatItsSessionNames() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            try (var trial = trial(seed)) {
                var world = new SessionWorld(trial, disk);
                trial.simulation().runFor(BEGINNING);
                // The agent's other calls move to the second engine, while its registration waits at the first.
                world.pause(world.engines().getFirst().process(), Duration.ofMillis(9_900));

                trial.simulation().runFor(Duration.ofSeconds(30));

                assertThat(world.allWell())
                        .as("seed %s: %s", seed, world.wellness())
                        .isTrue();
            }
        }
    }

    @Test
    void anAgentLeavesAnEngineThatHasLostTouchWithTheOthers() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            try (var trial = trial(seed)) {
                var world = new SessionWorld(trial, disk);
                trial.simulation().runFor(BEGINNING);
                world.store("e1", false);

                trial.simulation().runFor(Duration.ofSeconds(40));

                assertThat(world.allWell())
                        .as("seed %s: %s", seed, world.wellness())
                        .isTrue();
            }
        }
    }

    @Test
    void anAgentComesBackFromAPauseThatMadeItLost() {
        try (var trial = trial(1)) {
            var world = new SessionWorld(trial, disk);
            trial.simulation().runFor(BEGINNING);
            world.agents().forEach(agent -> world.pause(agent.process(), Duration.ofSeconds(20)));
            trial.simulation().runFor(Duration.ofSeconds(15));
            assertThat(world.wellness()).contains("LOST");

            assertThat(trial.simulation().runUntil(world::allWell, BACK_MAX)).isTrue();
        }
    }

    private static Trial trial(long seed) {
        return new Trial(Schedule.drawn(seed, Mode.CALM), List.of());
    }
}
