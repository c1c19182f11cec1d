package dev.banyan.agent.container.containerd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.container.ContainerException;
import dev.banyan.agent.container.ContainerRuntime;
import dev.banyan.agent.container.DrawnCalls;
import dev.banyan.agent.container.ExecOutcome;
import dev.banyan.agent.container.FakeBench;
import dev.banyan.agent.container.ImageReference;
import dev.banyan.agent.container.RuntimeBench;
import dev.banyan.agent.container.SandboxSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The model of containerd answers what a real one answers, whatever is asked of it in whatever order. */
@Tag("servers")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ModelServersTest {
    /** Sequences; {@code -Dbanyan.conformance.sequences} for a longer look. */
    private static final int SEQUENCES = Integer.getInteger("banyan.conformance.sequences", 12);

    private static final int LENGTH = Integer.getInteger("banyan.conformance.length", 25);
    private static final long FIRST = Long.getLong("banyan.conformance.first", 1);
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private Rig rig;

    @BeforeAll
    void startContainerd() throws Exception {
        rig = new Rig();
    }

    @AfterAll
    void removeEverything() throws Exception {
        rig.close();
    }

    @Test
    void theModelAnswersWhatContainerdAnswers() throws Exception {
        var differences = new ArrayList<String>();
        for (long seed = FIRST; seed < FIRST + SEQUENCES; seed++) {
            var bench = new RealBench();
            var answered = new DrawnCalls(seed, LENGTH).play(bench);
            bench.clear();
            var modelled = new DrawnCalls(seed, LENGTH).play(new FakeBench(rig.env()));
            firstDifference(answered, modelled).ifPresent(differences::add);
        }

        assertThat(differences).isEmpty();
    }

    /** After it, one follows from another. */
    private static Optional<String> firstDifference(List<String> answered, List<String> modelled) {
        return IntStream.range(0, answered.size())
                .filter(step -> !answered.get(step).equals(modelled.get(step)))
                .mapToObj(step -> "containerd: " + answered.get(step) + "\n     model: " + modelled.get(step)
                        + "\n     after: " + answered.subList(Math.max(0, step - 3), step))
                .findFirst();
    }

    /** A cluster of its own in the real containerd. */
    private final class RealBench implements RuntimeBench {
        private final ContainerdRuntime runtime = rig.runtime(rig.freshName("drawn"));
        private final Map<Integer, SandboxSpec> sandboxes = new HashMap<>();

        @Override
        public ContainerRuntime runtime() {
            return runtime;
        }

        @Override
        public ImageReference image() {
            return rig.image();
        }

        @Override
        public ImageReference missingImage() {
            return rig.missingImage();
        }

        @Override
        public SandboxSpec sandbox(int number) {
            return sandboxes.computeIfAbsent(number, unused -> rig.sandbox());
        }

        @Override
        public void kill(String containerId) throws Exception {
            signal(containerId);
        }

        @Override
        public void killSandbox(String sandboxId) throws Exception {
            signal(sandboxId);
        }

        private void signal(String task) throws Exception {
            var socket = rig.directory().socket().toString();
            rig.run("ctr", "-a", socket, "-n", "k8s.io", "task", "kill", "-s", "KILL", task);
        }

        @Override
        public void restartDaemon() throws Exception {
            var before = rig.child().pid();
            ProcessHandle.of(before.orElseThrow()).orElseThrow().destroyForcibly();
            await(() -> rig.child().ready() && !rig.child().pid().equals(before));
            await(() -> {
                try {
                    return !runtime.version().name().isEmpty();
                } catch (ContainerException starting) {
                    return false;
                }
            });
        }

        @Override
        public void awaitHeeding(String containerId) throws Exception {
            var asks = List.of("/bin/cat", "/heeding");
            await(() -> runtime.exec(containerId, asks, PATIENCE).equals(new ExecOutcome.Finished(0, "")));
        }

        @Override
        public void await(Condition condition) throws Exception {
            long start = rig.env().time().nanos();
            while (!condition.holds()) {
                assertThat(rig.env().time().since(start)).isLessThan(PATIENCE);
                rig.env().signal().await(Duration.ofMillis(2));
            }
        }

        void clear() throws InterruptedException {
            for (var sandbox : runtime.list().sandboxes()) {
                runtime.removeSandbox(sandbox.id());
            }
        }
    }
}
