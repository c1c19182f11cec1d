package dev.banyan.agent.container.containerd.pull;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.container.PullProgress;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.simulation.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PullWatchTest {
    private static final String IMAGE = "sha256:1";
    private static final String LAYER = "sha256:a";

    private final Simulation simulation = new Simulation(5);
    private final Env env = simulation.process("agent").env();
    private final StoreOfBlobs store = new StoreOfBlobs();
    private final List<PullProgress> told = new ArrayList<>();

    @BeforeEach
    void describe() {
        store.blobs.put(IMAGE, StoreOfBlobs.manifest(Map.of(LAYER, 100L)));
    }

    @AfterEach
    void closeSimulation() {
        simulation.close();
    }

    @Test
    void whatIsDoneWithinASecondIsNotLookedAt() {
        during(Duration.ofMillis(900));

        assertThat(told).isEmpty();
        assertThat(store.asked).isEmpty();
    }

    @Test
    void looksOnceASecondUntilItIsClosed() {
        during(Duration.ofMillis(3_500));
        simulation.runFor(Duration.ofMinutes(1));

        assertThat(told).hasSize(3);
    }

    @Test
    void aStoreThatDoesNotAnswerIsAskedAgain() {
        store.away = true;
        env.tasks().spawn("comes back", () -> {
            env.signal().await(Duration.ofMillis(2_500));
            store.away = false;
        });
        during(Duration.ofMillis(3_500));

        assertThat(told).containsExactly(new PullProgress(0, 100, 0, 1));
    }

    @Test
    void whoIsCancelledItselfIsToldNothingMore() {
        var pull = env.tasks().spawn("pull", () -> {
            try (var _ = PullWatch.begin(env, new PullLook(store, IMAGE), told::add)) {
                env.signal().await();
            }
        });
        simulation.runFor(Duration.ofMillis(1_500));
        pull.cancel();
        simulation.runFor(Duration.ofMinutes(1));

        assertThat(told).hasSize(1);
        assertThat(pull.done()).isTrue();
        assertThat(pull.failure()).isEmpty();
    }

    private void during(Duration pull) {
        var ended = env.tasks().spawn("pull", () -> {
            try (var _ = PullWatch.begin(env, new PullLook(store, IMAGE), told::add)) {
                env.signal().await(pull);
            }
        });
        simulation.runFor(pull.plusSeconds(5));
        assertThat(ended.failure()).isEmpty();
    }
}
