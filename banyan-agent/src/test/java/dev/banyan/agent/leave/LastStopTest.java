package dev.banyan.agent.leave;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.container.ContainerRuntime;
import dev.banyan.agent.container.ContainerSpec;
import dev.banyan.agent.container.FakeBench;
import dev.banyan.agent.container.FakeServer;
import dev.banyan.agent.container.ImageConfig;
import dev.banyan.agent.container.ImageReference;
import dev.banyan.agent.container.ObservedContainer;
import dev.banyan.agent.container.RuntimeBench;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.TaskSpawner;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LastStopTest {
    private static final Duration LONG = Duration.ofMinutes(10);

    private final Simulation simulation = new Simulation(1);
    private final SimulatedProcess process = simulation.process("agent");
    private final Env env = process.env();
    private final RuntimeBench bench = new FakeBench(env);
    private final ContainerRuntime runtime = bench.runtime();

    @AfterEach
    void end() {
        simulation.close();
    }

    @Test
    void stopsWhatRunsAndRemovesAllThatIsThere() {
        var stopped = new ArrayList<Integer>();
        inside(() -> {
            start(1);
            start(2);
            bench.kill(start(3));
            var ignored = create(4); // never started
            stopped.add(new LastStop(env, runtime).run());
        });

        assertThat(stopped).containsExactly(2);
        inside(() -> {
            assertThat(runtime.list().containers()).isEmpty();
            assertThat(runtime.list().sandboxes()).isEmpty();
        });
    }

    @Test
    void doesNothingWhereNothingIsAndMayBeDoneAgain() {
        inside(() -> {
            assertThat(new LastStop(env, runtime).run()).isZero();
            start(1);
            assertThat(new LastStop(env, runtime).run()).isEqualTo(1);
            assertThat(new LastStop(env, runtime).run()).isZero();
        });
    }

    @Test
    void leavesTheContainersOfOtherClusters() {
        var server = new FakeServer(env);
        server.offer(
                image(),
                new ImageConfig(List.of(), List.of(), Map.of(), Optional.empty(), Optional.empty(), Optional.empty()));
        inside(() -> {
            var own = server.runtime("c1");
            var other = server.runtime("c2");
            start(own, 1);
            start(other, 2);

            assertThat(new LastStop(env, own).run()).isEqualTo(1);

            assertThat(own.list().sandboxes()).isEmpty();
            assertThat(other.list().containers())
                    .extracting(ObservedContainer::state)
                    .containsExactly(new ObservedContainer.State.Running());
        });
    }

    @Test
    void asksAllAtATimeSoThatTheSlowestIsWaitedForOnce() {
        inside(() -> {
            for (int number = 1; number <= 20; number++) {
                start(number);
            }
            long begun = env.time().nanos();
            assertThat(new LastStop(env, runtime).run()).isEqualTo(20);
            // Simulated time: a grace of ten seconds each, one after the other, would be more than three minutes.
            assertThat(env.time().since(begun)).isLessThan(Duration.ofSeconds(60));
        });
    }

    private void inside(Body work) {
        TaskSpawner.Body body = () -> {
            try {
                work.run();
            } catch (InterruptedException cancelled) {
                throw cancelled;
            } catch (Exception failed) {
                throw new IllegalStateException(failed);
            }
        };
        simulation.runIn(process, LONG, body);
    }

    @FunctionalInterface
    private interface Body {
        void run() throws Exception;
    }

    private ImageReference image() {
        return bench.image();
    }

    private String start(int number) throws InterruptedException {
        return start(runtime, number);
    }

    private String start(ContainerRuntime in, int number) throws InterruptedException {
        var container = create(in, number);
        in.start(container);
        return container;
    }

    private String create(int number) throws InterruptedException {
        return create(runtime, number);
    }

    private String create(ContainerRuntime in, int number) throws InterruptedException {
        in.pull(image());
        var sandbox = in.runSandbox(bench.sandbox(number));
        return in.createContainer(sandbox.id(), ContainerSpec.of("web", 0, image(), "0.log"));
    }
}
