package dev.banyan.cli.progress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.v1.AgentStatus;
import dev.banyan.api.v1.DeploymentStatus;
import dev.banyan.api.v1.ServiceProgress;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.cli.FakeCluster;
import dev.banyan.cli.TestDeployments;
import dev.banyan.cli.output.Palette;
import dev.banyan.cli.output.Progress;
import dev.banyan.runtime.env.SystemEnv;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JudgesTest {
    private static final long SECOND = 1_000_000_000L;

    private final FakeCluster cluster = new FakeCluster(new SystemEnv());
    private final UpJudge judge = new UpJudge(1, 2);

    @BeforeEach
    void deploy() {
        var _ = cluster.apply(TestDeployments.apply("shop"));
    }

    @Test
    void isReadyWhenTheWantedReleaseAndGenerationAre() {
        assertThat(step(0)).isEmpty();

        cluster.report("shop", progress(2, 1, ""));
        assertThat(step(0)).isEmpty();

        cluster.report("shop", progress(2, 2, ""));
        assertThat(step(0)).contains(new Ending.Ready());
    }

    @Test
    void failsWhenAServiceWaitsInVain() {
        cluster.report(
                "shop",
                DeploymentStatus.newBuilder()
                        .addServices(ServiceProgress.newBuilder()
                                .setService("web")
                                .setWanted(1)
                                .setFailure("db to complete, which never will: shop.db.1.0.0 ended with exit code 3")));

        assertThat(step(0))
                .contains(new Ending.Blocked(
                        "web", "db to complete, which never will: shop.db.1.0.0 ended with exit code 3"));
    }

    @Test
    void believesAContainerThatNothingChecksOnceItHasRunForAMoment() {
        cluster.task("shop", "web", 0, "a1", running());
        cluster.report("shop", progress(1, 1, ""));

        assertThat(step(0)).isEmpty();
        assertThat(step(2 * SECOND - 1)).isEmpty();
        assertThat(step(2 * SECOND)).contains(new Ending.Ready());
    }

    @Test
    void beginsAnewWhenAContainerThatNothingChecksWasStartedAgain() {
        cluster.task("shop", "web", 0, "a1", running());
        cluster.report("shop", progress(1, 1, ""));
        assertThat(step(0)).isEmpty();

        cluster.restatus("shop", "web", 0, running().toBuilder().setAttempt(2).build());
        assertThat(step(2 * SECOND)).isEmpty();
        assertThat(step(4 * SECOND)).contains(new Ending.Ready());
    }

    @Test
    void beginsAnewWhenTheAppWasNotReadyInBetween() {
        cluster.task("shop", "web", 0, "a1", running());
        cluster.report("shop", progress(1, 1, ""));
        assertThat(step(0)).isEmpty();

        cluster.report("shop", progress(1, 0, "starting"));
        assertThat(step(SECOND)).isEmpty();
        cluster.report("shop", progress(1, 1, ""));
        assertThat(step(2 * SECOND)).isEmpty();
    }

    @Test
    void doesNotTrustAStatusOfAnOlderGenerationOrState() {
        cluster.report("shop", progress(1, 1, ""));
        assertThat(judge.step(state(1), 0)).isEmpty();

        var _ = cluster.scale(TestDeployments.scale("shop", "web", 2));
        assertThat(step(0)).isEmpty();
    }

    @Test
    void noticesAnotherReleaseAndRemoval() {
        var again = TestDeployments.apply("shop").toBuilder()
                .setExpectedRevision(cluster.deployment("shop").meta().revision());
        var _ = cluster.apply(again.build());
        assertThat(step(0)).contains(new Ending.Superseded(2));

        var _ = cluster.remove(TestDeployments.remove("shop"));
        assertThat(step(0)).contains(new Ending.Gone());
        assertThat(judge.step(new AppState("shop", Optional.empty(), List.of(), false, 9), 0))
                .contains(new Ending.Gone());
    }

    @Test
    void failsAtOnceWhenTryingAgainIsHopeless() {
        cluster.task("shop", "web", 0, "a1", starting("ImageNotFound", 0));

        assertThat(step(0)).get().isInstanceOf(Ending.Failed.class);
    }

    @Test
    void forgivesTheFirstRestarts() {
        cluster.task("shop", "web", 0, "a1", starting("BackOff", UpJudge.STARTS_MAX - 1));
        assertThat(step(0)).isEmpty();

        cluster.task("shop", "web", 1, "a1", starting("BackOff", UpJudge.STARTS_MAX));
        assertThat(step(0)).get().isInstanceOf(Ending.Failed.class);
    }

    @Test
    void failsWhenATaskEndsInErrorButNotWhenItCompletes() {
        cluster.task("shop", "job", 0, "a1", ended(0));
        assertThat(step(0)).isEmpty();

        cluster.task("shop", "job", 1, "a1", ended(3));
        assertThat(step(0)).get().isInstanceOf(Ending.Failed.class);
    }

    @Test
    void callsATaskUnplaceableAfterThreeSecondsWithReasons() {
        cluster.task("shop", "web", 0, "", TaskStatus.getDefaultInstance());
        assertThat(step(0)).isEmpty();
        assertThat(step(10 * SECOND)).isEmpty();

        cluster.report("shop", progress(1, 0, "no agent fits: a1 is lost"));
        assertThat(step(11 * SECOND)).get().isInstanceOf(Ending.Unplaceable.class);
    }

    @Test
    void countsTheTimeFromWhenATaskIsFirstSeenUnplaced() {
        cluster.report("shop", progress(1, 0, "no agent fits: a1 is lost"));
        assertThat(step(0)).isEmpty();

        cluster.task("shop", "web", 0, "", TaskStatus.getDefaultInstance());
        assertThat(step(100 * SECOND)).isEmpty();
        assertThat(step(102 * SECOND)).isEmpty();
        assertThat(step(103 * SECOND)).get().isInstanceOf(Ending.Unplaceable.class);
    }

    @Test
    void givesAgentsThatAreSilentOrJustJoinedTimeToBecomeReadyOrLost() throws InterruptedException {
        cluster.agent("a1", AgentStatus.State.READY, "192.0.2.1");
        assertThat(watched().undecided()).isFalse();
        cluster.agent("a2", AgentStatus.State.SUSPECT, "192.0.2.2");
        cluster.task("shop", "web", 0, "", TaskStatus.getDefaultInstance());
        cluster.report("shop", progress(1, 0, "no agent fits: a1 is full; a2 is silent"));
        var state = watched();

        assertThat(judge.step(state, 0)).isEmpty();
        assertThat(judge.step(state, 14 * SECOND)).isEmpty();
        assertThat(judge.step(state, 15 * SECOND)).get().isInstanceOf(Ending.Unplaceable.class);
    }

    private AppState watched() throws InterruptedException {
        var env = new SystemEnv();
        try (var watch = AppWatch.start(cluster.store(), env, TestDeployments.key("shop"))) {
            while (watch.state().revision() == 0) {
                watch.await(Duration.ofMillis(10));
            }
            return watch.state();
        }
    }

    @Test
    void waitsUntilTheRemovedIncarnationIsGone() {
        var uid = cluster.deployment("shop").uid();
        var down = new DownJudge(uid, 5);

        assertThat(down.step(state(9), 0)).isEmpty();
        assertThat(down.step(new AppState("shop", Optional.empty(), List.of(), false, 4), 0))
                .isEmpty();
        assertThat(down.step(new AppState("shop", Optional.empty(), List.of(), false, 5), 0))
                .contains(new Ending.Gone());
        assertThat(new DownJudge("another", 5).step(state(9), 0)).contains(new Ending.Gone());
    }

    @Test
    void countsWhatHasNotEndedWhileAnAppIsRemoved() {
        cluster.report("shop", progress(2, 2, ""));
        cluster.task("shop", "web", 0, "a1", running());
        cluster.task(
                "shop",
                "web",
                1,
                "a1",
                TaskStatus.newBuilder().setState(TaskStatus.State.EXITED).build());
        var _ = cluster.remove(TestDeployments.remove("shop"));

        var progress = state(9).progress().orElseThrow();

        assertThat(progress.removing()).isTrue();
        assertThat(progress.services()).containsExactly(new Progress.Service("web", 0, 1, 0, ""));
        assertThat(state(0).progress()).as("before all is read").isEmpty();
    }

    @Test
    void takesTheTimeOfEachPhase() {
        var milestones = new Milestones(0);
        milestones.passed("accepted", SECOND);
        cluster.report("shop", progress(2, 0, ""));
        cluster.task("shop", "web", 0, "a1", starting("", 0));
        milestones.step(state(9), 2 * SECOND);
        cluster.task("shop", "web", 1, "a1", running());
        milestones.step(state(9), 3 * SECOND);
        milestones.step(state(9), 4 * SECOND);
        milestones.passed("ready", 6 * SECOND);

        assertThat(milestones.phases().toString()).isEqualTo("{accepted=PT1S, placed=PT2S, ready=PT3S}");
    }

    @Test
    void doesNotCountTheWaitForASteadyContainerAsAPhase() {
        var milestones = new Milestones(0);
        cluster.task("shop", "web", 0, "a1", running());
        cluster.report("shop", progress(1, 1, ""));
        milestones.step(state(9), SECOND);
        milestones.passed("ready", 9 * SECOND);

        assertThat(milestones.phases().toString()).isEqualTo("{placed=PT1S, started=PT0S, ready=PT0S}");
    }

    @Test
    void explainsACrashWithItsLastLines() {
        var status = starting("BackOff", 5).toBuilder()
                .setMessage("attempt 4 ended: Error")
                .setExitCode(137)
                .addAllLastOutput(List.of("one", "two"));
        cluster.task("shop", "web", 0, "a1", status.build());

        assertThat(Explanation.of((Ending.Failed) step(0).orElseThrow(), "banyan-cli up -f x.yaml")
                        .render(Palette.PLAIN))
                .isEqualTo(
                        """
                        WHAT  service web, replica 0 on a1 does not come up (shop.web.1.0.0, attempt 5)
                        WHY   attempt 4 ended: Error
                              exit code 137 (killed)
                        LOG   one
                              two
                        NOW   The cluster keeps trying; nothing was rolled back.
                              all of its output:  banyan-cli logs shop web
                              after a change:     banyan-cli up -f x.yaml
                        """);
    }

    @Test
    void explainsEveryAgentThatDoesNotFit() {
        cluster.report("shop", progress(1, 0, "no agent fits: a1 is cordoned; a2 has 10 MiB of 20 MiB free"));
        cluster.task("shop", "web", 0, "", TaskStatus.getDefaultInstance());
        assertThat(step(0)).isEmpty();

        assertThat(Explanation.of((Ending.Unplaceable) step(5 * SECOND).orElseThrow(), "again")
                        .render(Palette.PLAIN))
                .startsWith(
                        """
                        WHAT  service web, replica 0 fits on no agent
                        WHY   a1 is cordoned
                              a2 has 10 MiB of 20 MiB free
                        NOW   The app keeps what runs""");
    }

    @Test
    void followsUntilTheTimeIsOver() throws InterruptedException {
        var env = new SystemEnv();
        try (var watch = AppWatch.start(cluster.store(), env, TestDeployments.key("shop"))) {
            var follower = new Follower(env, watch, judge);

            assertThat(follower.follow(Duration.ofMillis(20), (state, now) -> {}))
                    .isEqualTo(new Ending.TimedOut());

            cluster.report("shop", progress(1, 1, ""));
            assertThat(follower.follow(Duration.ofMinutes(1), (state, now) -> {}))
                    .isEqualTo(new Ending.Ready());
        }
    }

    private Optional<Ending> step(long now) {
        return judge.step(state(99), now);
    }

    private AppState state(long revision) {
        return TestDeployments.state(cluster, "shop", revision);
    }

    private static DeploymentStatus.Builder progress(int wanted, int ready, String waitingFor) {
        return DeploymentStatus.newBuilder()
                .addServices(ServiceProgress.newBuilder()
                        .setService("web")
                        .setWanted(wanted)
                        .setReady(ready)
                        .setWaitingFor(waitingFor));
    }

    private static TaskStatus starting(String reason, int attempt) {
        return TaskStatus.newBuilder()
                .setState(TaskStatus.State.STARTING)
                .setReason(reason)
                .setAttempt(attempt)
                .build();
    }

    private static TaskStatus running() {
        return TaskStatus.newBuilder().setState(TaskStatus.State.RUNNING).build();
    }

    private static TaskStatus ended(int exitCode) {
        return TaskStatus.newBuilder()
                .setState(TaskStatus.State.EXITED)
                .setExitCode(exitCode)
                .build();
    }
}
