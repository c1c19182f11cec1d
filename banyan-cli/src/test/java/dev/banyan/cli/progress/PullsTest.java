package dev.banyan.cli.progress;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.v1.DeploymentStatus;
import dev.banyan.api.v1.PullStatus;
import dev.banyan.api.v1.ServiceProgress;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.cli.FakeCluster;
import dev.banyan.cli.TestDeployments;
import dev.banyan.cli.output.Progress;
import dev.banyan.runtime.env.SystemEnv;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PullsTest {
    private static final String NGINX = "registry.banyan/mirror/docker.io/library/nginx";

    private final FakeCluster cluster = new FakeCluster(new SystemEnv());

    @BeforeEach
    void deploy() {
        var _ = cluster.apply(TestDeployments.apply("shop"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "38_400_000 | 120_000_000 | pulling nginx: 38 of 120 MB",
                "0          | 9_999_999   | pulling nginx: 0.0 of 10.0 MB",
                "999_999    | 1_250_000   | pulling nginx: 1.0 of 1.3 MB",
                "1          | 10_000_000  | pulling nginx: 0 of 10 MB",
            })
    void saysHowManyMegabytesOfHowManyAreThere(String done, String total, String words) {
        assertThat(Pulls.words(pulling(number(done), number(total)))).contains(words);
    }

    @Test
    void saysNothingOfATaskWhoseImageIsThere() {
        assertThat(Pulls.words(TaskStatus.getDefaultInstance())).isEmpty();
    }

    @Test
    void aNameFromTheStoreCannotDrawOnTheTerminal() {
        var pull =
                PullStatus.newBuilder().setImage("registry.banyan/\u001b[31mx").setBytesTotal(1);

        assertThat(Pulls.words(TaskStatus.newBuilder().setPull(pull).build()).orElseThrow())
                .doesNotContain("\u001b");
    }

    @Test
    void theProgressOfAServiceShowsTheImageThatIsFurthestBehind() {
        report("");
        cluster.task("shop", "web", 0, "a1", pulling(90_000_000, 100_000_000));
        cluster.task("shop", "web", 1, "a2", pulling(20_000_000, 100_000_000));
        cluster.task("shop", "db", 0, "a3", pulling(1_000_000, 100_000_000));

        assertThat(waitingFor()).isEqualTo("pulling nginx: 20 of 100 MB on a2");
    }

    @Test
    void whatTheEngineSaysStaysBeforeIt() {
        report("a1 has no room");
        cluster.task("shop", "web", 0, "a2", pulling(20_000_000, 100_000_000));

        assertThat(waitingFor()).isEqualTo("a1 has no room; pulling nginx: 20 of 100 MB on a2");
    }

    @Test
    void onceItIsThereNothingIsSaid() {
        report("");
        cluster.task("shop", "web", 0, "a1", pulling(90_000_000, 100_000_000));
        cluster.restatus(
                "shop",
                "web",
                0,
                TaskStatus.newBuilder().setState(TaskStatus.State.RUNNING).build());

        assertThat(waitingFor()).isEmpty();
    }

    private void report(String waitingFor) {
        cluster.report(
                "shop",
                DeploymentStatus.newBuilder()
                        .addServices(ServiceProgress.newBuilder()
                                .setService("web")
                                .setWanted(2)
                                .setWaitingFor(waitingFor)));
    }

    private String waitingFor() {
        var state = TestDeployments.state(cluster, "shop", 9);
        return state.services().stream()
                .map(Progress.Service::waitingFor)
                .findFirst()
                .orElseThrow();
    }

    private static TaskStatus pulling(long done, long total) {
        return TaskStatus.newBuilder()
                .setState(TaskStatus.State.STARTING)
                .setPull(PullStatus.newBuilder()
                        .setImage(NGINX)
                        .setBytesDone(done)
                        .setBytesTotal(total)
                        .setLayers(1))
                .build();
    }

    private static long number(String text) {
        return Long.parseLong(text.strip().replace("_", ""));
    }
}
