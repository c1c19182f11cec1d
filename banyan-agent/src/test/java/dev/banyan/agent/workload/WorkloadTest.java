package dev.banyan.agent.workload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.v1.ContainerSpec;
import dev.banyan.api.v1.RestartPolicy;
import dev.banyan.api.v1.TaskSpec;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class WorkloadTest {
    private static final Observed NOTHING = new Observed.Nothing();
    private static final RestartPolicy USUAL = RestartPolicy.getDefaultInstance();
    private static final Duration SHORT = Duration.ofSeconds(1);
    private static final AttemptRecord FRESH = AttemptRecord.first("uid", 7, "boot");

    @Test
    void startsWhatDoesNotRun() {
        assertThat(next(RestartPolicy.Mode.ALWAYS, FRESH, NOTHING, 0)).isEqualTo(new Step.Start());
    }

    @Test
    void adoptsWhatRuns() {
        var running = new Observed.Running(1, "c1", "10.192.0.2");

        assertThat(next(RestartPolicy.Mode.ALWAYS, FRESH.started(), running, 0)).isEqualTo(new Step.Keep(running));
    }

    @Test
    void startsNothingThatHasEndedForGood() {
        var finish = new Step.Finish(Step.Outcome.EXITED, 3, "exit code 3");

        assertThat(next(RestartPolicy.Mode.ALWAYS, FRESH.started().finished(finish), NOTHING, 0))
                .isEqualTo(finish);
    }

    @Test
    void discardsAContainerThatWasNeverStarted() {
        assertThat(next(RestartPolicy.Mode.ALWAYS, FRESH, new Observed.Created(1), 0))
                .isEqualTo(new Step.Discard());
    }

    @Test
    void recordsAnEndBeforeItActsOnIt() {
        var ended = ended(1, 1);

        assertThat(next(RestartPolicy.Mode.ALWAYS, FRESH.started(), ended, 0)).isEqualTo(new Step.RecordEnd(ended));
    }

    @Test
    void restartsAtOnceAfterTheFirstEnd() {
        var record = FRESH.started().ended(USUAL, SHORT, 1_000);

        assertThat(next(RestartPolicy.Mode.ALWAYS, record, ended(1, 1), 1_000)).isEqualTo(new Step.Start());
    }

    @Test
    void waitsLongerAfterEveryFurtherEnd() {
        var record = FRESH.started()
                .ended(USUAL, SHORT, 0)
                .started()
                .ended(USUAL, SHORT, 0)
                .started()
                .ended(USUAL, SHORT, 1_000);
        var ended = ended(3, 1);

        assertThat(next(RestartPolicy.Mode.ALWAYS, record, ended, 1_000))
                .isEqualTo(new Step.Wait(Duration.ofSeconds(2), ended));
    }

    @Test
    void neverRestartsWithPolicyNo() {
        assertThat(next(RestartPolicy.Mode.NEVER, FRESH.started(), ended(1, 3), 0))
                .isEqualTo(new Step.Finish(Step.Outcome.EXITED, 3, "Error"));
    }

    @Test
    void onFailureDoesNotRestartSuccess() {
        assertThat(next(RestartPolicy.Mode.ON_FAILURE, FRESH.started(), ended(1, 0), 0))
                .isEqualTo(new Step.Finish(Step.Outcome.EXITED, 0, "Error"));
    }

    @Test
    void onFailureStopsAfterItsRetries() {
        var spec = spec(RestartPolicy.newBuilder()
                .setMode(RestartPolicy.Mode.ON_FAILURE)
                .setRetriesMax(2));
        var record = FRESH.started().started().started();

        assertThat(new Workload(spec, record, 0).next(ended(2, 1))).isNotInstanceOf(Step.Finish.class);
        assertThat(new Workload(spec, record, 0).next(ended(3, 1)))
                .isEqualTo(new Step.Finish(Step.Outcome.EXITED, 1, "Error"));
    }

    @Test
    void givesUpAfterFiveFailuresOfTheAgentInTenMinutes() {
        var record = FRESH;
        for (int i = 0; i < 5; i++) {
            record = record.failedHere(i * 1_000L);
        }

        assertThat(next(RestartPolicy.Mode.ALWAYS, record, NOTHING, 5_000))
                .isEqualTo(new Step.Finish(Step.Outcome.FAILED, 0, "AgentFailure"));
    }

    @Test
    void doesNotGiveUpWhenTheFailuresAreFarApart() {
        var record = FRESH;
        for (int i = 0; i < 5; i++) {
            record = record.failedHere(i * 300_000L);
        }

        assertThat(next(RestartPolicy.Mode.ALWAYS, record, NOTHING, 1_300_000)).isEqualTo(new Step.Start());
    }

    @Test
    void stopsWhatRunsWhenItIsNoLongerWanted() {
        var running = new Observed.Running(1, "c1", "10.192.0.2");

        assertThat(stopping(running)).isEqualTo(new Step.Stop(running));
        assertThat(stopping(NOTHING)).isEqualTo(new Step.Finish(Step.Outcome.EXITED, 0, "Stopped"));
        assertThat(stopping(ended(1, 143))).isEqualTo(new Step.Finish(Step.Outcome.EXITED, 143, "Stopped"));
    }

    @Test
    void startsCountingAnewAfterTenHealthyMinutes() {
        var record = FRESH.started()
                .ended(USUAL, SHORT, 0)
                .started()
                .ended(USUAL, SHORT, 0)
                .started()
                .ended(USUAL, Duration.ofMinutes(10), 5_000);

        assertThat(record.nextStartMs()).isEqualTo(5_000);
        assertThat(record.endsInARow()).isEqualTo(1);
    }

    @Test
    void clocksOfAnotherBootMeanNothing() {
        var record = FRESH.started().ended(USUAL, SHORT, 0).started().ended(USUAL, SHORT, 900_000);

        assertThat(record.inBoot("boot").nextStartMs()).isEqualTo(901_000);
        assertThat(record.inBoot("other").nextStartMs()).isZero();
        assertThat(record.inBoot("other").endsInARow()).isEqualTo(2);
    }

    @Test
    void waitsZeroThenDoublesToAMinute() {
        assertThat(java.util.stream.IntStream.rangeClosed(1, 10)
                        .mapToObj(RestartBackoff::after)
                        .map(Duration::toSeconds))
                .containsExactly(0L, 1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L, 60L);
    }

    private static Step next(RestartPolicy.Mode mode, AttemptRecord record, Observed observed, long nowMs) {
        return new Workload(spec(RestartPolicy.newBuilder().setMode(mode)), record, nowMs).next(observed);
    }

    private static Step stopping(Observed observed) {
        var spec = spec(RestartPolicy.newBuilder().setMode(RestartPolicy.Mode.ALWAYS)).toBuilder()
                .setDesired(TaskSpec.Desired.STOP)
                .build();
        return new Workload(spec, FRESH.started(), 0).next(observed);
    }

    private static TaskSpec spec(RestartPolicy.Builder policy) {
        return TaskSpec.newBuilder()
                .setDesired(TaskSpec.Desired.RUN)
                .setContainer(ContainerSpec.newBuilder().setRestart(policy))
                .build();
    }

    private static Observed.Ended ended(int attempt, int exitCode) {
        return new Observed.Ended(attempt, "c" + attempt, exitCode, "Error", Duration.ofSeconds(1));
    }
}
