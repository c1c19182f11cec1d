package dev.banyan.engine.liveness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.api.v1.AgentStatus.State;
import dev.banyan.engine.WallClock;
import dev.banyan.engine.World;
import dev.banyan.runtime.simulation.Simulation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A wall clock that jumps, as when it is set by hand or by the network, says nothing of servers. */
class LivenessClockTest {
    private static final Duration BEAT = Duration.ofMillis(500);

    private final World world = new World();
    private final Simulation simulation = new Simulation(3);
    private final WallClock clock = new WallClock(simulation.process("engine").env());
    private final LivenessJudge judge = new LivenessJudge(
            clock,
            world.store,
            world.lister(Kinds.AGENTS),
            agent -> Optional.of(List.of()),
            Thresholds.DEFAULT,
            world.events);

    @BeforeEach
    void join() {
        world.create(Kinds.AGENTS, Kinds.AGENTS.key("", "a1"), AgentSpec.getDefaultInstance());
        judge.start();
        beat(4);
    }

    @AfterEach
    void close() {
        simulation.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT5S", "PT1H", "-PT5S", "-PT1H"})
    void losesNobodyWhoIsHeard(String jump) {
        clock.set(Duration.parse(jump));
        simulation.runFor(BEAT);
        beat(4);

        assertThat(state()).isEqualTo(State.READY);
        assertThat(world.told()).containsExactly("agents/-/a1 AgentReady: heard for the first time");
    }

    @Test
    void sparesNobodyWhoIsSilent() {
        clock.set(Duration.ofHours(-1));

        simulation.runFor(Duration.ofSeconds(3));
        assertThat(state()).isEqualTo(State.SUSPECT);
        simulation.runFor(Duration.ofSeconds(5));
        assertThat(state()).isEqualTo(State.LOST);
    }

    private void beat(int times) {
        for (int i = 0; i < times; i++) {
            judge.heard("a1");
            simulation.runFor(BEAT);
        }
    }

    private State state() {
        return world.get(Kinds.AGENTS, "", "a1").status().getState();
    }
}
