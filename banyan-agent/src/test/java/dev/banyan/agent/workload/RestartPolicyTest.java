package dev.banyan.agent.workload;

import static dev.banyan.agent.workload.OneServer.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.container.Behaviour;
import dev.banyan.api.v1.RestartPolicy;
import dev.banyan.api.v1.RestartPolicy.Mode;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus.State;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Delay, window and attempts of a policy, over simulated minutes. */
class RestartPolicyTest {
    private static final Duration LIFE = Duration.ofMillis(100);
    private static final Behaviour CRASHES = new Behaviour.Ends(LIFE, 3);

    @TempDir
    private Path disk;

    private OneServer one;

    @BeforeEach
    void begin() {
        one = new OneServer(disk);
    }

    @AfterEach
    void end() {
        one.close();
    }

    @Test
    void waitsTheSameDelayBeforeEachRestart() {
        one.web(CRASHES);
        one.want("t1", by(policy(Mode.ALWAYS).setDelayMs(7_000)));
        one.untilStarts(1);

        assertThat(waitsUntil(6)).isEqualTo(List.of(7L, 7L, 7L, 7L, 7L));
    }

    @Test
    void aDelayOfNothingRestartsAtOnceHoweverOftenItFails() {
        one.web(CRASHES);
        one.want("t1", by(policy(Mode.ALWAYS).setDelayMs(0)));
        one.untilStarts(1);

        assertThat(waitsUntil(9)).containsOnly(0L);
    }

    @Test
    void aRestartedAgentKeepsToTheDelayThatBegan() {
        one.web(CRASHES);
        one.want("t1", by(policy(Mode.ALWAYS).setDelayMs(60_000)));
        one.untilStarts(1);
        one.run(Duration.ofSeconds(30));

        one.killAgent();
        one.run(Duration.ofSeconds(10));
        one.startAgent();

        assertThat(one.untilStarts(2)).isBetween(Duration.ofSeconds(15), Duration.ofSeconds(25));
    }

    @Test
    void whatFailsOnTheServersSideBacksOffWhateverTheDelay() {
        one.web(CRASHES);
        one.server().diskOf(1);
        var key = one.want("t1", by(policy(Mode.ALWAYS).setDelayMs(3_600_000)));

        assertThat(one.until(() -> one.state(key) == State.FAILED)).isLessThan(Duration.ofMinutes(2));
    }

    @Test
    void givesUpAfterAsManyRestartsHoweverLongEachStartLasts() {
        one.web(new Behaviour.Ends(Duration.ofMinutes(5), 3));
        var key = one.want("t1", by(policy(Mode.ON_FAILURE).setRetriesMax(2)));

        one.until(() -> one.state(key) == State.EXITED);

        assertThat(one.server().starts()).isEqualTo(3);
    }

    @Test
    void countsAttemptsUnderAnyConditionToo() {
        one.web(new Behaviour.Ends(LIFE, 0));
        var key = one.want("t1", by(policy(Mode.ALWAYS).setRetriesMax(2)));

        one.until(() -> one.state(key) == State.EXITED);
        one.run(Duration.ofMinutes(5));

        assertThat(one.server().starts()).isEqualTo(3);
        assertThat(one.status(key).getExitCode()).isZero();
    }

    @Test
    void startsThatLastTheWindowAreNoAttemptsInVain() {
        one.web(new Behaviour.Ends(Duration.ofSeconds(20), 3));
        one.want("t1", by(window(2)));

        one.untilStarts(9);
    }

    @Test
    void givesUpWhenSoManyStartsInARowDidNotLastTheWindow() {
        one.web(CRASHES);
        var key = one.want("t1", by(window(2)));
        one.untilStarts(2);
        one.web(new Behaviour.Ends(Duration.ofSeconds(20), 3));
        one.untilStarts(3);
        one.web(CRASHES);

        one.until(() -> one.state(key) == State.EXITED);
        one.run(Duration.ofMinutes(5));

        assertThat(one.server().starts())
                .as("two in vain, one that lasted, and two restarts after it")
                .isEqualTo(5);
    }

    @Test
    void theStartsInVainAreCountedOverARestartOfTheAgent() {
        one.web(CRASHES);
        var key = one.want("t1", by(window(3)));
        one.untilStarts(3);
        one.killAgent();
        one.run(Duration.ofSeconds(5));

        one.startAgent();
        one.until(() -> one.state(key) == State.EXITED);

        assertThat(one.server().starts()).isEqualTo(4);
    }

    @Test
    void aStartThatLastsTheWindowBeginsTheBackoffAnew() {
        one.web(CRASHES);
        one.want("t1", by(policy(Mode.ALWAYS).setWindowMs(10_000)));
        one.untilStarts(6);
        one.web(new Behaviour.Ends(Duration.ofSeconds(10), 3));
        one.untilStarts(7);

        assertThat(one.untilStarts(8).minus(Duration.ofSeconds(10))).isLessThan(Duration.ofSeconds(1));
    }

    private static RestartPolicy.Builder window(int retries) {
        return policy(Mode.ON_FAILURE).setRetriesMax(retries).setDelayMs(1_000).setWindowMs(10_000);
    }

    private static RestartPolicy.Builder policy(Mode mode) {
        return RestartPolicy.newBuilder().setMode(mode);
    }

    private static TaskSpec.Builder by(RestartPolicy.Builder policy) {
        var task = task();
        task.getContainerBuilder().setRestart(policy);
        return task;
    }

    /** In whole seconds, between the end of each start and the next one. */
    private List<Long> waitsUntil(int last) {
        var waits = new ArrayList<Long>();
        for (int start = one.server().starts() + 1; start <= last; start++) {
            waits.add(one.untilStarts(start).minus(LIFE).plusMillis(500).toSeconds());
        }
        return waits;
    }
}
