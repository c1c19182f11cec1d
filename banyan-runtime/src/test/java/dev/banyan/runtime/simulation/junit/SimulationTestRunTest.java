package dev.banyan.runtime.simulation.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import dev.banyan.runtime.simulation.campaign.Mode;
import dev.banyan.runtime.simulation.campaign.Schedule;
import dev.banyan.runtime.simulation.campaign.Trial;
import dev.banyan.runtime.simulation.fault.FaultKind;
import dev.banyan.runtime.simulation.fault.StoreFaults;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs tests of a class that is none of the build's own. */
class SimulationTestRunTest {
    private static final ConcurrentLinkedQueue<Schedule> PLAYED = new ConcurrentLinkedQueue<>();

    /** What is run here. */
    static final class Samples {
        @SimulationTest(seeds = 30)
        void passes(Trial trial) {
            note(trial);
        }

        @SimulationTest(seeds = 30, modes = Mode.SAFETY, faults = Heavy.class)
        void fails(Trial trial) {
            for (int call = 0; call < 50; call++) {
                assertThat(trial.faults().strikes(StoreFaults.LOST_REPLY, "here"))
                        .as("lost")
                        .isFalse();
            }
        }

        @SimulationTest(seeds = 3, faults = FaultSource.Nothing.class, mustReach = "the end of the world")
        void reachesNothing(Trial trial) {
            note(trial);
        }

        @SimulationTest(seeds = 4)
        void hasKeptSchedules(Trial trial) {
            note(trial);
        }

        @SimulationTest
        void takesNoTrial() {}

        private static void note(Trial trial) {
            PLAYED.add(Schedule.drawn(trial.seed(), trial.mode()));
        }
    }

    /** Replies are lost in every seed that has the kind. */
    static final class Heavy implements FaultSource {
        @Override
        public List<FaultKind> kinds() {
            return List.of(StoreFaults.LOST_REPLY);
        }
    }

    @BeforeEach
    void forget() {
        PLAYED.clear();
    }

    @Test
    void playsAMethodOnceForEachSeedAndTheFirstTwice() {
        assertThat(run("passes")).isEmpty();

        assertThat(PLAYED.stream().map(Schedule::seed).distinct()).hasSize(30);
        assertThat(PLAYED).hasSize(31);
        assertThat(PLAYED.stream().map(Schedule::mode).distinct()).hasSize(3);
    }

    @Test
    void endsAFailureWithWhatABuildIsToldToPlayItAgain() throws Exception {
        var failure = run("fails").orElseThrow();
        var lines = failure.lines().toList();

        assertThat(failure).contains("campaign 'Samples.fails', seed", "1 strikes of ", "commit ");
        assertThat(lines.getLast())
                .startsWith("replay: add -Dtest=SimulationTestRunTest$Samples#fails -Dbanyan.simulation.schedule=")
                .endsWith(".schedule");
        var file = lines.getLast().substring(lines.getLast().lastIndexOf('=') + 1);
        assertThat(Schedule.parse(Files.readString(Path.of(file))).strikes().orElseThrow())
                .singleElement()
                .satisfies(strike -> assertThat(strike.place()).isEqualTo("here"));
    }

    @Test
    void failsWhenASituationWasNotReached() {
        assertThat(run("reachesNothing").orElseThrow()).contains("never came to [the end of the world] in 3 runs");
        assertThat(PLAYED).hasSize(4);
    }

    @Test
    void playsWhatIsKeptBesideTheTestFirst() {
        assertThat(run("hasKeptSchedules")).isEmpty();

        assertThat(PLAYED.stream().map(Schedule::seed).limit(2)).containsExactly(4711L, 4712L);
        assertThat(PLAYED.peek().mode()).isEqualTo(Mode.LIVENESS);
        assertThat(PLAYED).hasSize(2 + 4 + 1);
    }

    @Test
    void refusesMethodsThatAreNoSimulationTests() {
        assertThat(run("takesNoTrial").orElseThrow()).contains("takes one Trial");
    }

    /** What the failure says; empty when the test passes. */
    private static Optional<String> run(String method) {
        var result = new AtomicReference<Optional<TestExecutionResult>>(Optional.empty());
        var launcher = LauncherFactory.create();
        var selector = List.of(Samples.class.getDeclaredMethods()).stream()
                .filter(it -> it.getName().equals(method))
                .map(it -> selectMethod(Samples.class, it))
                .findFirst()
                .orElseThrow();
        launcher.execute(
                LauncherDiscoveryRequestBuilder.request().selectors(selector).build(), new TestExecutionListener() {
                    @Override
                    public void executionFinished(TestIdentifier test, TestExecutionResult ended) {
                        if (test.isTest()) {
                            result.set(Optional.of(ended));
                        }
                    }
                });
        return result.get().orElseThrow().getThrowable().map(failure -> String.valueOf(failure.getMessage()));
    }
}
