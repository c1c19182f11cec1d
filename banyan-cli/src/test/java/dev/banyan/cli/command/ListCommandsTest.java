package dev.banyan.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AgentReportStatus;
import dev.banyan.api.v1.AgentStatus;
import dev.banyan.api.v1.ComponentHealth;
import dev.banyan.api.v1.DeploymentStatus;
import dev.banyan.api.v1.DeviceKind;
import dev.banyan.api.v1.EventSpec;
import dev.banyan.api.v1.LogLine;
import dev.banyan.api.v1.OfferedDevice;
import dev.banyan.api.v1.PullStatus;
import dev.banyan.api.v1.ServiceProgress;
import dev.banyan.api.v1.StatusResponse;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.cli.TestDeployments;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListCommandsTest {
    @TempDir
    private Path directory = Path.of("");

    private CommandBench bench = new CommandBench(directory);

    @BeforeEach
    void deploy() {
        bench = new CommandBench(directory);
        var _ = bench.cluster.apply(TestDeployments.apply("shop"));
        bench.cluster.report(
                "shop",
                DeploymentStatus.newBuilder()
                        .addServices(ServiceProgress.newBuilder()
                                .setService("db")
                                .setWanted(1)
                                .setReady(1))
                        .addServices(ServiceProgress.newBuilder()
                                .setService("web")
                                .setWanted(3)
                                .setReady(1)
                                .setWaitingFor("starting")));
        long started = bench.env.time().now().toEpochMilli() - 3_700_000;
        var running = TaskStatus.newBuilder()
                .setState(TaskStatus.State.RUNNING)
                .setReady(true)
                .setStartedAtMs(started);
        var crashed = TaskStatus.newBuilder()
                .setState(TaskStatus.State.STARTING)
                .setReason("BackOff")
                .setMessage("attempt 1 ended: Error")
                .setAttempt(2)
                .setExitCode(1);
        bench.cluster.task("shop", "db", 0, "a1", running.build());
        bench.cluster.task("shop", "web", 0, "a2", crashed.build());
        bench.cluster.task("shop", "web", 1, "", TaskStatus.getDefaultInstance());
    }

    @Test
    void listsApps() {
        assertThat(bench.run("ps"))
                .isEqualTo(new CommandBench.Run(
                        0,
                        """
                                APP   RELEASE  READY  STATE     WAITING FOR
                                shop  1        2/4    starting  web: starting
                                """,
                        ""));
    }

    @Test
    void listsAppsAsJson() {
        assertThat(bench.run("ps", "-o", "json").out())
                .isEqualTo(
                        """
                        {
                          "schema": "banyan.apps/1",
                          "items": [
                            {
                              "app": "shop",
                              "tags": [],
                              "release": 1,
                              "state": "starting",
                              "wanted": 4,
                              "ready": 2,
                              "services": [
                                {
                                  "service": "db",
                                  "wanted": 1,
                                  "running": 0,
                                  "ready": 1,
                                  "waiting_for": ""
                                },
                                {
                                  "service": "web",
                                  "wanted": 3,
                                  "running": 0,
                                  "ready": 1,
                                  "waiting_for": "starting"
                                }
                              ]
                            }
                          ]
                        }
                        """);
    }

    @Test
    void listsTheReplicasOfAnApp() {
        assertThat(bench.run("ps", "shop").out())
                .isEqualTo(
                        """
                        SERVICE  REPLICA  RELEASE  AGENT  STATE     ATTEMPT  SINCE  REASON
                        db       0        1        a1     ready     0        61m    -
                        web      0        1        a2     starting  2        -      attempt 1 ended: Error
                        web      1        1        -      pending   0        -      -
                        """);
        assertThat(bench.run("ps", "shop", "--output=json").out())
                .contains("\"schema\": \"banyan.replicas/1\"", "\"task\": \"shop.web.1.0.0\"", "\"exit_code\": 1");
    }

    @Test
    void aReplicaWhoseImageComesSaysHowFarThatIs() {
        var pull = PullStatus.newBuilder()
                .setImage("registry.banyan/mirror/ghcr.io/team/web")
                .setBytesDone(38_000_000)
                .setBytesTotal(120_000_000)
                .setLayersDone(1)
                .setLayers(3);
        bench.cluster.restatus(
                "shop",
                "web",
                0,
                TaskStatus.newBuilder()
                        .setState(TaskStatus.State.STARTING)
                        .setAttempt(1)
                        .setPull(pull)
                        .build());

        assertThat(bench.run("ps", "shop").out()).contains("pulling ghcr.io/team/web: 38 of 120 MB");
        assertThat(bench.run("ps", "shop", "-o", "yaml").out())
                .contains("    pull:\n      image: registry.banyan/mirror/ghcr.io/team/web\n")
                .contains("      bytes_done: 38000000\n      bytes_total: 120000000\n");
    }

    @Test
    void listsAgents() {
        bench.cluster.agent("a1", AgentStatus.State.READY, "10.0.0.1", "eu", "ssd");
        bench.cluster.agent("a2", AgentStatus.State.SUSPECT, "");

        assertThat(bench.run("agents").out())
                .isEqualTo(
                        """
                        AGENT  STATE    TAGS    LABELS  ADDRESS   CPUS  MEMORY    PLATFORM     VERSION  NOTE
                        a1     ready    eu,ssd  -       10.0.0.1  1.9   2048 MiB  linux/amd64  -        -
                        a2     suspect  -       -       -         1.9   2048 MiB  linux/amd64  -        -
                        """);
        assertThat(bench.run("agents", "-o", "json").out())
                .contains("\"schema\": \"banyan.agents/1\"", "\"cpu_milli\": 1900");
    }

    @Test
    void showsTheDevicesOfAnAgentAndWhyOthersCannotBeUsed() {
        bench.cluster.agent("a1", AgentStatus.State.READY, "10.0.0.1");
        var cards = DeviceKind.newBuilder()
                .setKind("a.b/gpu")
                .addDevices(OfferedDevice.newBuilder().setName("0").addAliases("GPU-x"))
                .addDevices(OfferedDevice.newBuilder().setName("1"));
        var report = AgentReportStatus.newBuilder().addDevices(cards).addDeviceProblems("x.yaml:1:1: is no such");
        bench.cluster.writeStatus(Kinds.AGENT_REPORTS, Kinds.AGENT_REPORTS.key("-", "a1"), report.build());

        assertThat(bench.run("agents", "-o", "json").out().replaceAll("\\s+", ""))
                .contains("\"devices\":{\"a.b/gpu\":[[\"0\",\"GPU-x\"],[\"1\"]]}")
                .contains("\"device_problems\":[\"x.yaml:1:1:isnosuch\"]");
    }

    @Test
    void showsTheClusterAndFailsWhenAPartIsNotReady() {
        var status = StatusResponse.newBuilder()
                .setClusterId("abc12345")
                .setEngine("e1")
                .addEngines("e1")
                .setVersion("0.1.0")
                .setLevel(1)
                .setRevision(42)
                .addComponents(ComponentHealth.newBuilder()
                        .setName("store")
                        .setReady(true)
                        .setDetail("at 42"));
        bench.cluster.answerStatus(status.build());

        assertThat(bench.run("status"))
                .isEqualTo(new CommandBench.Run(
                        0,
                        """
                                FACT         VALUE
                                cluster      abc12345
                                engine       e1
                                engines      e1
                                version      0.1.0, level 1
                                revision     42
                                certificate  -

                                COMPONENT  READY  DETAIL
                                store      yes    at 42
                                """,
                        ""));

        status.addComponents(ComponentHealth.newBuilder().setName("registry").setDetail("down"));
        bench.cluster.answerStatus(status.build());
        assertThat(bench.run("status", "-o", "json").exit()).isEqualTo(1);
    }

    @Test
    void showsAnAppWithItsServicesAndLastEvents() {
        long now = bench.env.time().now().toEpochMilli();
        for (int i = 0; i < 12; i++) {
            bench.cluster.event(
                    "e" + i, "services/default/shop.web", EventSpec.Severity.NORMAL, "No" + i, now - 400_000 + i);
        }

        var run = bench.run("status", "shop");

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.out())
                .startsWith(
                        """
                        FACT     VALUE
                        app      shop
                        tags     -
                        release  1
                        state    starting

                        SERVICE  READY  WAITING FOR
                        db       1/1    -
                        web      1/3    starting

                        LAST  COUNT  SEVERITY  OBJECT             REASON  MESSAGE
                        6m    1      normal    services/shop.web  No2     about e2
                        """)
                .endsWith("6m    1      normal    services/shop.web  No11    about e11\n");
        assertThat(bench.run("status", "shop", "-o", "json").out())
                .contains("\"schema\": \"banyan.app/1\"", "\"waiting_for\": \"starting\"", "\"reason\": \"No11\"");
        assertThat(bench.run("status", "shob").err()).contains("did you mean");
    }

    @Test
    void anAppWithEverythingReadyEndsWithZero() {
        bench.cluster.report(
                "shop",
                DeploymentStatus.newBuilder()
                        .addServices(ServiceProgress.newBuilder()
                                .setService("web")
                                .setWanted(3)
                                .setReady(3)));

        assertThat(bench.run("status", "shop").exit()).isZero();
    }

    @Test
    void printsLogsByReplicaAndGapsApart() {
        bench.cluster.answerLogs(List.of(
                line("shop.web.1.0.0", LogLine.Stream.STDOUT, "hello \u001b[31m"),
                line("shop.web.1.0.0", LogLine.Stream.GAP, "agent a1 is lost"),
                line("other", LogLine.Stream.STDERR, "bye")));

        assertThat(bench.run("logs", "--tail", "5", "-f", "shop", "web"))
                .isEqualTo(new CommandBench.Run(0, "web.0 | hello \u001b[31m\nother | bye\n", "-- agent a1 is lost\n"));
        var request = bench.cluster.logRequests().getFirst();
        assertThat(List.of(request.getDeployment(), request.getServicesList(), request.getTail(), request.getFollow()))
                .containsExactly("shop", List.of("web"), 5, true);
        assertThat(bench.run("logs", "shop", "-o", "json").out().lines().findFirst())
                .contains("{ \"schema\": \"banyan.log/1\", \"task\": \"shop.web.1.0.0\", \"time_ns\": 0, \"stream\":"
                        + " \"stdout\", \"text\": \"hello \\u001b[31m\" }");
    }

    @Test
    void hasTheClusterFindWhatWasWrittenWhenAndByWhomItWasAskedFor() {
        var now = bench.env.time().now();
        bench.cluster.answerLogs(List.of(
                at(line("shop.web.1.0.0", LogLine.Stream.STDOUT, "wanted"), now.minusSeconds(1_800)),
                at(line("shop.web.1.1.0", LogLine.Stream.GAP, "a1 is lost"), now.minusSeconds(9_000))));

        var run = bench.run("logs", "--since", "1h", "--until", "1m", "--no-color", "shop", "web", "db");

        assertThat(run).isEqualTo(new CommandBench.Run(0, "web.0 | wanted\n", "-- a1 is lost\n"));
        var request = bench.cluster.logRequests().getFirst();
        assertThat(request.getServicesList()).containsExactly("web", "db");
        assertThat(request.getUntilNs() - request.getSinceNs()).isEqualTo(59L * 60 * 1_000_000_000);
        assertThat(request.getResumes()).isTrue();
        assertThat(bench.run("logs", "-t", "--since", now.minusSeconds(1_800).toString(), "shop")
                        .out())
                .isEqualTo(now.minusSeconds(1_800) + " web.0 | wanted\n");
        assertThat(bench.run("logs", "--since", "yesterday", "shop").err()).contains("is no time");
    }

    private static LogLine at(LogLine line, Instant time) {
        return line.toBuilder()
                .setTimeNs(time.getEpochSecond() * 1_000_000_000 + time.getNano())
                .build();
    }

    @Test
    void removesAnAppAndWaitsUntilItIsGone() {
        assertThat(bench.run("down", "shop", "--detach").err()).isEqualTo("shop is being removed\n");
        assertThat(bench.run("ps").out()).contains("removing");

        bench.cluster.afterWrite(() -> bench.cluster.finishRemoval("shop"));
        var again = bench.run("down", "shop");
        assertThat(again.exit()).isEqualTo(0);
        assertThat(again.err()).endsWith("shop is gone\n");
    }

    @Test
    void scalesAndWaits() {
        bench.cluster.afterWrite(() -> bench.cluster.report(
                "shop",
                DeploymentStatus.newBuilder()
                        .addServices(ServiceProgress.newBuilder()
                                .setService("web")
                                .setWanted(5)
                                .setReady(5))));

        var run = bench.run("scale", "shop", "web=5", "db=0");

        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(bench.cluster.deployment("shop").spec().getScaleMap())
                .containsEntry("web", 5)
                .containsEntry("db", 0);
    }

    private static LogLine line(String task, LogLine.Stream stream, String text) {
        return LogLine.newBuilder()
                .setTask(task)
                .setStream(stream)
                .setText(text)
                .build();
    }
}
