package dev.banyan.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.v1.AgentStatus;
import dev.banyan.api.v1.DeploymentStatus;
import dev.banyan.api.v1.EventSpec;
import dev.banyan.api.v1.ServiceProgress;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.cli.TestDeployments;
import dev.banyan.runtime.store.WriteOutcome.Violation;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpCommandTest {
    private static final String SHOP =
            "name: shop\nservices:\n  web:\n    image: nginx\n    ports: [\"8080:80\", \"53:53/udp\"]\n";

    @TempDir
    private Path directory = Path.of("");

    private CommandBench bench = new CommandBench(directory);

    @BeforeEach
    void open() {
        bench = new CommandBench(directory);
        bench.file("compose.yaml", SHOP);
        bench.cluster.agent("a1", AgentStatus.State.READY, "10.0.0.1");
        bench.cluster.agent("a2", AgentStatus.State.READY, "fd00::2");
        bench.cluster.agent("a3", AgentStatus.State.LOST, "10.0.0.3");
        bench.cluster.agent("a4", AgentStatus.State.READY, "10.0.0.4", "eu");
    }

    @Test
    void waitsUntilReadyAndPrintsTheAddressesAsData() {
        bench.cluster.afterWrite(() -> ready("shop"));

        var run = bench.run("up");

        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.out())
                .isEqualTo(
                        """
                        web  udp://10.0.0.1:53
                        web  udp://[fd00::2]:53
                        web  http://10.0.0.1:8080
                        web  http://[fd00::2]:8080
                        """);
        assertThat(run.err())
                .containsSubsequence(
                        "shop release 1 accepted\n",
                        "web: 1/1 ready\n",
                        "shop is ready: accepted ",
                        ", ready ",
                        ", total ");
    }

    @Test
    void publishesOnAgentsWithTheTagOnly() {
        bench.cluster.afterWrite(() -> ready("shop.eu"));

        var run = bench.run("up", "--tag", "eu");

        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.out()).isEqualTo("web  udp://10.0.0.4:53\nweb  http://10.0.0.4:8080\n");
    }

    @Test
    void doesNotWaitWhenDetached() {
        var run = bench.run("up", "-d", "-f", "compose.yaml", "-p", "other");

        assertThat(run.exit()).isZero();
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).isEqualTo("other release 1 accepted\nwatch it: banyan-cli ps other\n");
    }

    @Test
    void joinsFilesWithVariablesAndProfiles() {
        bench.file(
                "app/base.yaml",
                "services:\n  web: {command: x, depends_on: [debug]}\n  debug: {image: busybox, profiles: [dev]}\n");
        bench.file("app/over.yaml", "services: {web: {image: '${IMAGE:?}', env_file: web.env}}\n");
        bench.file("one.env", "IMAGE=nginx\n");
        bench.file("other/web.env", "A=1\n");
        var options = List.of(
                "-f app/base.yaml",
                "-f app/over.yaml",
                "--project-directory other",
                "--profile dev",
                "--env-file one.env");

        assertThat(bench.run(("up -d -p other " + String.join(" ", options)).split(" "))
                        .exit())
                .isZero();
        for (var left : options.subList(1, options.size())) {
            var others = options.stream().filter(option -> !option.equals(left)).toList();
            assertThat(bench.run(("up -d -p other " + String.join(" ", others)).split(" "))
                            .exit())
                    .as("without " + left)
                    .isEqualTo(3);
        }
    }

    @Test
    void refusesAWrongFileWithEveryPlaceAndChangesNothing() {
        bench.file("wrong.yaml", "services:\n  web:\n    imge: x\n    restart: allways\n");

        var run = bench.run("up", "-f", "wrong.yaml");

        assertThat(run.exit()).isEqualTo(3);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .isEqualTo(
                        """
                        wrong.yaml:3:5: services.web.imge: unknown key "imge"
                          3 |     imge: x
                            |     ^ did you mean "image"?
                        wrong.yaml:4:14: services.web.restart: "allways" is no restart policy
                          4 |     restart: allways
                            |              ^ did you mean "always"?
                        2 problems; nothing was changed
                        """);
        assertThat(bench.run("ps").out()).isEqualTo("APP  RELEASE  READY  STATE  WAITING FOR\n");
    }

    @Test
    void showsWhatTheEngineRefusesAtItsPlaceInTheFile() {
        var violations = List.of(
                new Violation("services.web.ports[1]", "tcp port 8080 is published by deployments/default/other"),
                new Violation("services.web.image", "there is no nginx:latest"));
        bench.cluster.failNext(new ApiException(Reason.REJECTED, "refused", Map.of(), violations));

        var run = bench.run("up");

        assertThat(run.exit()).isEqualTo(3);
        assertThat(run.err())
                .isEqualTo(
                        """
                        compose.yaml:4:5: services.web.image: there is no nginx:latest
                          4 |     image: nginx
                            |     ^
                        compose.yaml:5:13: services.web.ports[1]: tcp port 8080 is published by deployments/default/other
                          5 |     ports: ["8080:80", "53:53/udp"]
                            |             ^
                        2 problems; nothing was changed
                        """);
    }

    @Test
    void endsWithTheScreenOfATaskThatDoesNotComeUp() {
        var status = TaskStatus.newBuilder()
                .setState(TaskStatus.State.STARTING)
                .setReason("ImageNotFound")
                .setMessage("registry.banyan/nginx: not found");
        bench.cluster.afterWrite(() -> bench.cluster.task("shop", "web", 0, "a1", status.build()));

        var run = bench.run("up", "-f", "compose.yaml");

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err())
                .contains(
                        "WHAT  service web, replica 0 on a1 does not come up (shop.web.1.0.0, attempt 0)",
                        "WHY   registry.banyan/nginx: not found",
                        "NOW   Push the image to the cluster's registry",
                        "banyan-cli up -f compose.yaml");
    }

    @Test
    void endsWithFourWhenNoAgentFits() {
        bench.cluster.afterWrite(() -> {
            bench.cluster.task("shop", "web", 0, "", TaskStatus.getDefaultInstance());
            bench.cluster.report("shop", status(0, "no agent fits: a1 is full"));
        });

        var run = bench.run("up");

        assertThat(run.exit()).isEqualTo(4);
        assertThat(run.err()).contains("fits on no agent", "a1 is full", "waiting for web 0/1");
        assertThat(run.err()).doesNotContain("last events");
    }

    @Test
    void showsTheLastEventsOfTheAppBelowAFailure() {
        long now = bench.env.time().now().toEpochMilli();
        bench.cluster.afterWrite(() -> {
            bench.cluster.event("e2", "tasks/default/shop.web.1.0.0", EventSpec.Severity.WARNING, "PullFailed", now);
            bench.cluster.event("e1", "deployments/default/shop", EventSpec.Severity.NORMAL, "Starting", now - 200_000);
            bench.cluster.event("e3", "deployments/default/blog", EventSpec.Severity.NORMAL, "Starting", now);
            var failed = TaskStatus.newBuilder().setState(TaskStatus.State.FAILED);
            bench.cluster.task("shop", "web", 0, "a1", failed.build());
        });

        var run = bench.run("up");

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err())
                .containsSubsequence(
                        "NOW ",
                        "\nlast events of shop (all of them: banyan-cli events shop)\n",
                        "  LAST  COUNT  SEVERITY  OBJECT                ",
                        "  3m    1      normal    deployments/shop ",
                        "tasks/shop.web.1.0.0")
                .doesNotContain("blog");
    }

    @Test
    void endsWithSevenWhenTimeIsOver() {
        var run = bench.run("up", "--timeout", "50ms");

        assertThat(run.exit()).isEqualTo(7);
        assertThat(run.err()).contains("time is over; shop goes on by itself. Watch it: banyan-cli ps shop");
    }

    @Test
    void endsWithEightWhenSomebodyElseDeploysMeanwhile() {
        bench.cluster.failNext(new ApiException(Reason.CONFLICT, "ann deployed shop"));
        assertThat(bench.run("up").exit()).isEqualTo(8);

        bench.cluster.afterWrite(() -> {
            bench.cluster.afterWrite(() -> {});
            var again = TestDeployments.apply("shop").toBuilder()
                    .setExpectedRevision(bench.cluster.deployment("shop").meta().revision());
            var _ = bench.cluster.apply(again.build());
        });
        var run = bench.run("up");
        assertThat(run.exit()).isEqualTo(8);
        assertThat(run.err()).contains("somebody deployed release 2 of shop");
    }

    @Test
    void triesAgainWhenOnlyTheStatusWasWrittenInBetween() {
        var _ = bench.cluster.apply(TestDeployments.apply("shop"));
        bench.cluster.failNext(new ApiException(Reason.CONFLICT, "written since"));
        bench.cluster.failNext(new ApiException(Reason.CONFLICT, "written since"));

        assertThat(bench.run("up", "--detach").exit()).isZero();
        assertThat(bench.cluster.deployment("shop").spec().getRelease()).isEqualTo(2);
    }

    private void ready(String name) {
        var running = TaskStatus.newBuilder().setState(TaskStatus.State.RUNNING).setReady(true);
        bench.cluster.task(name, "web", 0, "a1", running.build());
        bench.cluster.report(name, status(1, ""));
    }

    private static DeploymentStatus.Builder status(int ready, String waitingFor) {
        return DeploymentStatus.newBuilder()
                .addServices(ServiceProgress.newBuilder()
                        .setService("web")
                        .setWanted(1)
                        .setRunning(ready)
                        .setReady(ready)
                        .setWaitingFor(waitingFor));
    }
}
