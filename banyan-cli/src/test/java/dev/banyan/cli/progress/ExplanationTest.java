package dev.banyan.cli.progress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.cli.FakeCluster;
import dev.banyan.cli.TestDeployments;
import dev.banyan.cli.output.FailureScreen;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.resource.Resource;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExplanationTest {
    private static final String AGAIN = "banyan-cli up";

    private final FakeCluster cluster = new FakeCluster(new SystemEnv());

    @BeforeEach
    void deploy() {
        var _ = cluster.apply(TestDeployments.apply("shop"));
    }

    @Test
    void saysWhichReplicaFailedWhereAndInWhichAttempt() {
        var screen = failed("a1", TaskStatus.newBuilder().setAttempt(3));

        assertThat(screen.what())
                .isEqualTo("service web, replica 2 on a1 does not come up (shop.web.1.2.0, attempt 3)");
        assertThat(screen.why()).containsExactly("it does not say");
    }

    @Test
    void tellsWhatEndedFromWhatDoesNotComeUpAndNamesNoAgentThatThereIsNot() {
        var screen = failed("", TaskStatus.newBuilder().setState(TaskStatus.State.EXITED));

        assertThat(screen.what()).startsWith("service web, replica 2 ended (");
    }

    @Test
    void givesEveryReasonButThePauseBetweenAttempts() {
        var status = TaskStatus.newBuilder()
                .setMessage("no such file")
                .setReason("CannotStart")
                .setExitCode(127);

        assertThat(failed("a1", status).why())
                .containsExactly("no such file", "reason CannotStart", "exit code 127 (the command was not found)");
    }

    @Test
    void leavesOutThatItWaitsBetweenAttempts() {
        assertThat(failed("a1", TaskStatus.newBuilder().setReason("BackOff").setExitCode(3))
                        .why())
                .containsExactly("exit code 3");
    }

    @ParameterizedTest
    @CsvSource({
        "126,the command cannot be run",
        "127,the command was not found",
        "137,killed",
        "139,segmentation fault",
        "143,terminated"
    })
    void knowsExitCodesThatMeanSomething(int code, String meaning) {
        assertThat(failed("a1", TaskStatus.newBuilder().setExitCode(code)).why())
                .containsExactly("exit code " + code + " (" + meaning + ")");
    }

    @ParameterizedTest
    @CsvSource({
        "ImageNotFound,services.web.image",
        "ImageDenied,the engine's log",
        "OutOfMemory,services.web.deploy.resources.limits.memory",
        "CannotStart,services.web.command",
        "PortTaken,Free the port",
        "Whatever,keeps trying"
    })
    void advisesByTheReason(String reason, String advice) {
        var now = failed("a1", TaskStatus.newBuilder().setReason(reason)).now();

        assertThat(now.getFirst()).contains(advice);
        assertThat(now.subList(1, now.size()))
                .containsExactly("all of its output:  banyan-cli logs shop web", "after a change:     " + AGAIN);
    }

    @Test
    void showsTheLastTenLinesOfOutput() {
        var status = TaskStatus.newBuilder();
        IntStream.range(0, 25).forEach(line -> status.addLastOutput("line " + line));

        var shown = failed("a1", status).lastLines();

        assertThat(shown).hasSize(10).startsWith("line 15").endsWith("line 24");
    }

    @Test
    void givesEachAgentsRefusalOfWhatFitsNowhereItsOwnLine() {
        var task = task("", TaskStatus.newBuilder());

        var screen = Explanation.of(new Ending.Unplaceable(task, "no agent fits: a1 is full; a2 is lost"), AGAIN);

        assertThat(screen.what()).isEqualTo("service web, replica 2 fits on no agent");
        assertThat(screen.why()).containsExactly("a1 is full", "a2 is lost");
        assertThat(screen.now().getLast()).endsWith(AGAIN);
        assertThat(Explanation.of(new Ending.Unplaceable(task, "there is no agent"), AGAIN)
                        .why())
                .containsExactly("there is no agent");
    }

    private FailureScreen failed(String agent, TaskStatus.Builder status) {
        return Explanation.of(new Ending.Failed(task(agent, status)), AGAIN);
    }

    private Resource<TaskSpec, TaskStatus> task(String agent, TaskStatus.Builder status) {
        cluster.task("shop", "web", 2, agent, status.build());
        return TestDeployments.state(cluster, "shop", 1).tasks().getFirst();
    }
}
