package dev.banyan.agent.workload;

import static dev.banyan.agent.workload.OneServer.checked;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.container.Behaviour;
import dev.banyan.api.v1.HealthCheck;
import dev.banyan.api.v1.TaskStatus.State;
import dev.banyan.runtime.resource.ObjectKey;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What health checks do to a task. */
class HealthTest {
    private static final HealthCheck EVERY_SECOND = HealthCheck.newBuilder()
            .setIntervalMs(1_000)
            .setTimeoutMs(500)
            .setRetries(3)
            .build();

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
    void isReadyAfterTheFirstSuccess() {
        check(new Behaviour.Ends(Duration.ofMillis(300), 0));
        var key = one.want("t1", checked(EVERY_SECOND.toBuilder()));
        one.until(() -> one.state(key) == State.RUNNING);

        assertThat(one.status(key).getReady()).isFalse();
        assertThat(one.status(key).getMessage()).isEqualTo("waits for its first successful health check");

        one.untilRunning(key);
        assertThat(one.status(key).getMessage()).isEmpty();
    }

    @Test
    void isAskedOftenUntilItIsHealthy() {
        check(new Behaviour.Answers(1, ""));
        var key = one.want("t1", checked(EVERY_SECOND.toBuilder().setIntervalMs(30_000)));
        one.until(() -> one.state(key) == State.RUNNING);
        one.run(Duration.ofSeconds(5));

        check(new Behaviour.Answers(0, ""));

        assertThat(one.until(() -> one.status(key).getReady())).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void isRestartedAfterItsRetriesInARow() {
        one.web(new Behaviour.Ignores()); // it takes its grace to stop, so that one sees what was said
        var key = healthy();

        check(new Behaviour.Answers(1, "the shop is closed"));
        one.until(() -> !one.status(key).getReady());

        assertThat(one.server().starts()).isEqualTo(1);
        assertThat(one.status(key).getMessage()).isEqualTo("unhealthy: the shop is closed");
        check(new Behaviour.Answers(0, ""));
        one.until(() -> one.status(key).getReady());
        assertThat(one.status(key).getAttempt()).isEqualTo(2);
        assertThat(one.alive()).hasSize(1);
    }

    @Test
    void fewerFailuresThanRetriesChangeNothing() {
        var key = healthy();

        check(new Behaviour.Answers(1, ""));
        one.run(Duration.ofMillis(2_200));
        check(new Behaviour.Answers(0, ""));
        one.run(Duration.ofMinutes(1));

        assertThat(one.server().starts()).isEqualTo(1);
        assertThat(one.status(key).getReady()).isTrue();
    }

    @Test
    void aCheckThatDoesNotAnswerFails() {
        one.web(new Behaviour.Ignores());
        var key = healthy();

        check(new Behaviour.Ignores());
        one.until(() -> !one.status(key).getReady());

        assertThat(one.status(key).getMessage()).isEqualTo("unhealthy: no answer within PT0.5S");
    }

    @Test
    void theStartPeriodForgivesFailures() {
        check(new Behaviour.Answers(1, ""));
        var key = one.want("t1", checked(EVERY_SECOND.toBuilder().setStartPeriodMs(20_000)));
        one.until(() -> one.state(key) == State.RUNNING);
        one.run(Duration.ofSeconds(19));

        assertThat(one.server().starts()).isEqualTo(1);
        assertThat(one.untilStarts(2)).isBetween(Duration.ofSeconds(2), Duration.ofSeconds(6));
    }

    @Test
    void aDaemonThatIsAwaySaysNothingOfHealth() {
        var key = healthy();

        one.server().daemonDies();
        one.run(Duration.ofSeconds(20));
        one.server().daemonReturns();
        one.run(Duration.ofSeconds(5));

        assertThat(one.server().starts()).isEqualTo(1);
        assertThat(one.status(key).getReady()).isTrue();
    }

    @Test
    void aHealthyContainerKeepsItsTrafficWhileItsAgentStartsAgain() {
        var key = healthy();
        check(new Behaviour.Ends(Duration.ofMillis(400), 0));

        one.killAgent();
        one.startAgent();

        for (int look = 0; look < 30; look++) {
            one.run(Duration.ofMillis(100));
            assertThat(one.status(key).getReady()).isTrue();
        }
    }

    @Test
    void aRestartedAgentChecksOn() {
        var key = healthy();
        one.killAgent();
        one.startAgent();
        one.run(Duration.ofSeconds(5));

        check(new Behaviour.Answers(1, ""));
        one.untilStarts(2);

        assertThat(one.status(key).getAttempt()).isLessThanOrEqualTo(2);
    }

    @Test
    void withoutACheckRunningIsReady() {
        var key = one.want("t1", OneServer.task());

        one.until(() -> one.state(key) == State.RUNNING);

        assertThat(one.status(key).getReady()).isTrue();
    }

    private ObjectKey healthy() {
        check(new Behaviour.Answers(0, ""));
        var key = one.want("t1", checked(EVERY_SECOND.toBuilder()));
        one.untilRunning(key);
        one.run(Duration.ofSeconds(3));
        return key;
    }

    private void check(Behaviour behaviour) {
        one.server().script(List.of("/check"), behaviour);
    }
}
