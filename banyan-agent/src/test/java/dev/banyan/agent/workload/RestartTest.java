package dev.banyan.agent.workload;

import static dev.banyan.agent.workload.OneServer.restarting;
import static dev.banyan.agent.workload.OneServer.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.container.Behaviour;
import dev.banyan.agent.container.PullOutcome;
import dev.banyan.api.v1.RestartPolicy.Mode;
import dev.banyan.api.v1.TaskStatus.State;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What follows when a container ends, or cannot be made. */
class RestartTest {
    private static final Behaviour CRASHES = new Behaviour.Ends(Duration.ofMillis(100), 3);
    private static final Behaviour SUCCEEDS = new Behaviour.Ends(Duration.ofMillis(100), 0);

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

    @ParameterizedTest
    @EnumSource(
            value = Mode.class,
            names = {"ALWAYS", "UNLESS_STOPPED", "MODE_UNSPECIFIED"})
    void startsAgainHoweverItEnded(Mode mode) {
        one.web(SUCCEEDS);
        one.want("t1", restarting(mode, 0));

        one.untilStarts(4);
    }

    @Test
    void waitsZeroThenDoublesToAMinute() {
        one.web(CRASHES);
        one.want("t1", task());
        one.untilStarts(1);

        var waits = new ArrayList<Long>();
        for (int start = 2; start <= 10; start++) {
            waits.add(seconds(one.untilStarts(start).minusMillis(100)));
        }

        assertThat(waits).isEqualTo(List.of(0L, 1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L));
    }

    @Test
    void aRestartedAgentKeepsWaitingWhereTheFormerStopped() {
        one.web(CRASHES);
        one.want("t1", task());
        one.untilStarts(6); // the next comes after 16 s
        one.run(Duration.ofSeconds(5));

        one.killAgent();
        one.run(Duration.ofSeconds(5));
        one.startAgent();
        var rest = one.untilStarts(7);

        assertThat(rest).isBetween(Duration.ofSeconds(5), Duration.ofMillis(6_500));
        assertThat(seconds(one.untilStarts(8))).isEqualTo(32);
    }

    @Test
    void aWaitThatPassedWhileTheAgentWasAwayIsOver() {
        one.web(CRASHES);
        one.want("t1", task());
        one.untilStarts(6);
        one.run(Duration.ofSeconds(1));
        one.killAgent();
        one.run(Duration.ofMinutes(1));

        one.startAgent();

        assertThat(one.untilStarts(7)).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void afterAReboot_theWaitStartsFromNowAndTheCountStays() {
        one.web(CRASHES);
        one.want("t1", task());
        one.untilStarts(6);
        one.run(Duration.ofSeconds(1));

        one.reboot();
        one.startAgent();

        assertThat(one.untilStarts(7))
                .as("no clock of another boot is believed")
                .isLessThan(Duration.ofSeconds(40));
        assertThat(one.untilStarts(8)).as("the streak goes on").isGreaterThan(Duration.ofSeconds(15));
    }

    @Test
    void tenHealthyMinutesForgiveWhatWas() {
        one.web(CRASHES);
        one.want("t1", task());
        one.untilStarts(6);
        one.web(new Behaviour.Ends(Duration.ofMinutes(10), 3));
        one.untilStarts(7);
        one.web(CRASHES);

        var afterLongRun = one.untilStarts(8).minus(Duration.ofMinutes(10));

        assertThat(afterLongRun).isLessThan(Duration.ofSeconds(1));
        assertThat(seconds(one.untilStarts(9))).isEqualTo(1);
    }

    @Test
    void lessThanTenMinutesForgiveNothing() {
        one.web(CRASHES);
        one.want("t1", task());
        one.untilStarts(6);
        one.web(new Behaviour.Ends(Duration.ofMinutes(9), 3));
        one.untilStarts(7);

        assertThat(seconds(one.untilStarts(8).minus(Duration.ofMinutes(9)))).isEqualTo(32);
    }

    @Test
    void neverMeansNever() {
        one.web(CRASHES);
        var key = one.want("t1", restarting(Mode.NEVER, 0));

        one.until(() -> one.state(key) == State.EXITED);
        one.run(Duration.ofMinutes(2));

        assertThat(one.server().starts()).isEqualTo(1);
        assertThat(one.status(key).getExitCode()).isEqualTo(3);
        assertThat(one.status(key).getReason()).isEqualTo("exit code 3");
        assertThat(one.inventory().sandboxes()).isEmpty();
    }

    @Test
    void whatEndedForGoodIsNotRunAgainWhileNobodyCanBeTold() {
        one.web(SUCCEEDS);
        one.endSession();
        var key = one.want("t1", restarting(Mode.NEVER, 0));
        one.untilStarts(1);
        one.run(Duration.ofMinutes(1));

        one.killAgent();
        one.startAgent();
        one.run(Duration.ofMinutes(1));
        one.beginSession();
        one.until(() -> one.state(key) == State.EXITED);
        one.run(Duration.ofSeconds(1));

        assertThat(one.server().starts()).isEqualTo(1);
        assertThat(one.inventory().sandboxes()).isEmpty();
    }

    @Test
    void theExitCodeOfAStoppedTaskIsNotLostWithTheAgent() {
        one.web(new Behaviour.Ignores());
        var key = one.want("t1", task());
        one.untilRunning(key);
        one.endSession();
        one.stop(key);
        one.run(Duration.ofSeconds(15));

        one.killAgent();
        one.startAgent();
        one.beginSession();
        one.until(() -> one.state(key) == State.EXITED);

        assertThat(one.status(key).getExitCode()).isEqualTo(137);
    }

    @Test
    void onFailureStartsAgainAfterAFailureAlone() {
        one.web(CRASHES);
        var key = one.want("t1", restarting(Mode.ON_FAILURE, 0));
        one.untilStarts(3);

        one.web(SUCCEEDS);
        one.until(() -> one.state(key) == State.EXITED);

        assertThat(one.server().starts()).isEqualTo(4);
        assertThat(one.status(key).getExitCode()).isZero();
    }

    @Test
    void onFailureGivesUpAfterItsRetries() {
        one.web(CRASHES);
        var key = one.want("t1", restarting(Mode.ON_FAILURE, 2));

        one.until(() -> one.state(key) == State.EXITED);
        one.run(Duration.ofMinutes(2));

        assertThat(one.server().starts()).as("a first start and two retries").isEqualTo(3);
        assertThat(one.status(key).getExitCode()).isEqualTo(3);
    }

    @Test
    void theRetriesOfOnFailureAreCountedOverARestartOfTheAgent() {
        one.web(CRASHES);
        var key = one.want("t1", restarting(Mode.ON_FAILURE, 2));
        one.untilStarts(2);
        one.killAgent();
        one.run(Duration.ofSeconds(10));

        one.startAgent();
        one.until(() -> one.state(key) == State.EXITED);

        assertThat(one.server().starts()).isEqualTo(3);
    }

    @Test
    void aTaskThatEndedStaysEndedOverARestartOfTheAgent() {
        one.web(SUCCEEDS);
        var key = one.want("t1", restarting(Mode.NEVER, 0));
        one.until(() -> one.state(key) == State.EXITED);
        one.killAgent();

        one.startAgent();
        one.run(Duration.ofMinutes(1));

        assertThat(one.server().starts()).isEqualTo(1);
    }

    @Test
    void aTaskThatWaitsForItsNextAttemptCanBeStopped() {
        one.web(CRASHES);
        var key = one.want("t1", task());
        one.untilStarts(6);
        one.run(Duration.ofSeconds(1));

        one.stop(key);

        assertThat(one.until(() -> one.state(key) == State.EXITED)).isLessThan(Duration.ofSeconds(1));
        one.run(Duration.ofSeconds(1));
        assertThat(one.inventory().sandboxes()).isEmpty();
    }

    @Test
    void whileItWaitsTheStatusSaysWhyAndUntilWhen() throws Exception {
        one.web(CRASHES);
        Files.createDirectories(one.logs().resolve("shop/t1"));
        Files.writeString(
                one.logs().resolve("shop/t1/3.log"), "2030-01-01T00:00:00.000000000Z stderr F cannot open the shop\n");
        var key = one.want("t1", task());
        one.untilStarts(3);

        one.until(() -> one.status(key).getMessage().startsWith("attempt 3"));

        var status = one.status(key);
        assertThat(status.getState()).isEqualTo(State.STARTING);
        assertThat(status.getReason()).isEqualTo("BackOff");
        assertThat(status.getMessage()).isEqualTo("attempt 3 ended: exit code 3");
        assertThat(status.getExitCode()).isEqualTo(3);
        assertThat(status.getAttempt()).isEqualTo(4);
        assertThat(status.getLastOutputList()).containsExactly("cannot open the shop");
        assertThat(status.getReady()).isFalse();
        assertThat(status.getNextStartMs() % 1_000).isZero();
    }

    @Test
    void runningOutOfMemoryIsCalledSo() {
        one.web(new Behaviour.Exceeds(Duration.ofSeconds(1)));
        var key = one.want("t1", restarting(Mode.NEVER, 0));

        one.until(() -> one.state(key) == State.EXITED);

        assertThat(one.status(key).getReason()).isEqualTo("out of memory");
        assertThat(one.status(key).getExitCode()).isEqualTo(137);
    }

    @Test
    void anImageThatIsNotThereIsNamedAndTriedAgain() {
        var task = task();
        task.getContainerBuilder().setImage(OneServer.image("d").toString());
        var key = one.want("t1", task);
        one.until(() -> !one.status(key).getReason().isEmpty());

        assertThat(one.status(key).getState()).isEqualTo(State.STARTING);
        assertThat(one.status(key).getReason()).isEqualTo("ImageNotFound");
        assertThat(one.status(key).getMessage()).contains(OneServer.image("d").toString());
        assertThat(one.status(key).getNextStartMs()).isPositive();

        one.offer(OneServer.image("d"), Optional.empty());
        one.untilRunning(key);
        assertThat(one.status(key).getReason()).isEmpty();
    }

    @Test
    void everyCauseOfAFailedPullHasItsOwnWord() {
        var words = new ArrayList<String>();
        for (var cause : PullOutcome.Cause.values()) {
            one.server().refuseNextPull(OneServer.IMAGE, new PullOutcome.Failed(cause, "because"));
            var key = one.want("t" + cause.ordinal(), task());
            one.until(() -> !one.status(key).getReason().isEmpty());
            words.add(one.status(key).getReason());
            one.killAgent(); // so that the image is not present for the next
            one.delete(key);
            one.startAgent();
        }

        assertThat(words).containsExactly("ImageNotFound", "ImageDenied", "RegistryUnreachable", "ImagePullFailed");
    }

    @Test
    void fiveFailuresOfTheAgentGiveTheTaskUp() {
        var task = task();
        task.getContainerBuilder().setImage(OneServer.image("d").toString());
        var key = one.want("t1", task);

        var took = one.until(() -> one.state(key) == State.FAILED);

        assertThat(took).as("waits of 1, 2, 4, 8 and 16 s").isBetween(Duration.ofSeconds(15), Duration.ofSeconds(33));
        assertThat(one.status(key).getReason()).isEqualTo("AgentFailure");
        assertThat(one.status(key).getMessage()).startsWith("ImageNotFound: ");
        assertThat(one.inventory().sandboxes()).isEmpty();
    }

    @Test
    void failuresOfTheAgentAreCountedOverItsRestart() {
        var task = task();
        task.getContainerBuilder().setImage(OneServer.image("d").toString());
        var key = one.want("t1", task);
        one.until(() -> one.status(key).getAttempt() == 4
                && !one.status(key).getReason().isEmpty());
        one.killAgent();

        one.startAgent();
        one.until(() -> one.state(key) == State.FAILED);

        assertThat(one.status(key).getAttempt()).isEqualTo(5);
    }

    @Test
    void anImageThatIsNoReferenceIsInvalid() {
        var task = task();
        task.getContainerBuilder().setImage("web:latest");
        var key = one.want("t1", task);

        one.until(() -> !one.status(key).getReason().isEmpty());

        assertThat(one.status(key).getReason()).isEqualTo("Invalid");
        assertThat(one.status(key).getMessage()).contains("web:latest");
    }

    @Test
    void aSlowPullIsWaitedFor() {
        one.server().pullsTake(Duration.ofMinutes(3));
        var key = one.want("t1", task());

        one.until(() -> one.state(key) == State.STARTING);
        var took = one.untilStarts(1);

        assertThat(took).isBetween(Duration.ofSeconds(179), Duration.ofSeconds(181));
        one.untilRunning(key);
    }

    private static long seconds(Duration duration) {
        return duration.plusMillis(500).toSeconds();
    }
}
