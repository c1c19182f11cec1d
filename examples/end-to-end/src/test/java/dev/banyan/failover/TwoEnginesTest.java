package dev.banyan.failover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.harness.Await;
import dev.banyan.harness.Cluster;
import dev.banyan.harness.ClusterPlan;
import dev.banyan.harness.DemoImage;
import dev.banyan.harness.HttpAnswer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** Two engines on one etcd; one is killed while the cluster works, comes back, and the other is killed. One story in order. */
@Tag("servers")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TwoEnginesTest {
    private static final Duration SOON = Duration.ofMinutes(3);

    private Cluster cluster;
    private DemoImage image;

    @BeforeAll
    void start() {
        cluster = Cluster.start(ClusterPlan.agents(2).withTwoEngines());
        image = DemoImage.of("busybox");
        cluster.push(image);
    }

    @AfterAll
    void close() {
        cluster.close();
    }

    @Test
    @Order(1)
    void serveOneCluster() throws IOException {
        up("first", 8080, 2);

        answers(8080);
        assertThat(cluster.cli("status").orFail().out()).contains("engine-1 engine-2");
    }

    @Test
    @Order(2)
    void sendTheReaderOfLogsToTheEngineThatHasTheAgent() {
        Await.until(
                () -> {
                    request(8080); // a replica that nobody asks for anything writes nothing
                    var lines = cluster.cli("logs", "first").out();
                    return lines.contains("web.0 | ") && lines.contains("web.1 | ");
                },
                SOON,
                () -> "lines of both replicas\n" + cluster.cli("logs", "first"));

        assertThat(cluster.cli("logs", "first").orFail().err()).doesNotContain("not connected");
    }

    @Test
    @Order(3)
    void goOnWhenTheOneIsKilledThatTheAgentsSpeakTo() throws IOException {
        cluster.engine().kill();
        cluster.cli("scale", "first", "web=4", "--detach").orFail();

        cluster.secondEngine().awaitLog("members=\"[engine-2]\"", SOON);
        placed("first", 4);
        running("first", 4);
        up("second", 8090, 2);
        answers(8090);
        cluster.awaitAgents();
        Await.until(
                () -> {
                    var status = cluster.cli("status");
                    return status.status() == 0 && !status.out().contains("engine-1");
                },
                SOON,
                () -> "the one that was killed is no member\n" + cluster.cli("status"));
    }

    @Test
    @Order(4)
    void shareTheWorkAgainWhenItIsBack() {
        cluster.restartEngine();

        Await.until(
                () -> cluster.cli("status").out().contains("engine-1 engine-2"),
                SOON,
                () -> "both are members\n" + cluster.cli("status"));
    }

    @Test
    @Order(5)
    void letTheCliGoToTheOtherByItself() throws IOException {
        cluster.secondEngine().kill();

        cluster.cli("ps").orFail();
        cluster.awaitAgents();
        up("third", 8100, 2);

        answers(8100);
        cluster.awaitAgents();
        cluster.cli("down", "second").orFail();
        assertThat(cluster.cli("ps").orFail().out())
                .contains("first")
                .contains("third")
                .doesNotContain("second");
    }

    private void up(String name, int port, int replicas) throws IOException {
        Path file = Files.writeString(
                cluster.engineServer().state().resolve(name + ".yaml"),
                """
                name: %s
                services:
                  web:
                    image: %s
                    stop_grace_period: 1s
                    ports: ["%d:8080"]
                    deploy: {replicas: %d}
                """
                        .formatted(name, image.reference(), port, replicas));
        cluster.cli("up", "-f", file.toString()).orFail();
    }

    private void answers(int port) {
        for (int agent = 1; agent <= 2; agent++) {
            var url = "http://" + cluster.agentServer(agent).address() + ":" + port + "/healthz";
            Await.until(
                    () -> cluster.outside().get(url).equals(new HttpAnswer(200, "ok\n")),
                    SOON,
                    () -> "the app answers: " + cluster.outside().get(url) + "\n" + cluster.cli("ps"));
        }
    }

    private void request(int port) {
        for (int agent = 1; agent <= 2; agent++) {
            cluster.outside().get("http://" + cluster.agentServer(agent).address() + ":" + port + "/healthz");
        }
    }

    private void placed(String app, int replicas) {
        Await.until(
                () -> cluster.cli("ps", app)
                                .out()
                                .lines()
                                .filter(line -> line.contains("agent-"))
                                .count()
                        >= replicas,
                SOON,
                () -> replicas + " replicas are placed\n" + cluster.cli("ps", app));
    }

    private void running(String app, int replicas) {
        Await.until(
                () -> cluster.cli("ps").out().contains(replicas + "/" + replicas),
                SOON,
                () -> replicas + " replicas are ready\n" + cluster.cli("ps") + cluster.cli("ps", app));
    }
}
