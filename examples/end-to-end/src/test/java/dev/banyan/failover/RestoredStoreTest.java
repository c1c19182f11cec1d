package dev.banyan.failover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.harness.Await;
import dev.banyan.harness.Cluster;
import dev.banyan.harness.ClusterPlan;
import dev.banyan.harness.DemoImage;
import dev.banyan.harness.HostContainer;
import dev.banyan.harness.HttpAnswer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * etcd is restored from a snapshot while one engine runs and the other is down; nobody touches anything until an operator accepts it. One
 * story in order.
 */
@Tag("servers")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RestoredStoreTest {
    private static final Duration SOON = Duration.ofMinutes(3);

    private Cluster cluster;
    private DemoImage image;
    private Path snapshot;
    private Set<HostContainer> containers;

    @BeforeAll
    void start() throws IOException {
        cluster = Cluster.start(ClusterPlan.agents(1).withTwoEngines());
        image = DemoImage.of("busybox");
        cluster.push(image);
        cluster.joinCli("engine-1", 1);
        cluster.joinCli("engine-2", 2);
        snapshot = cluster.engineServer().state().resolve("snapshot.db");
        up("kept", 8080);
        answers(8080);
        cluster.etcdctl("snapshot", "save", snapshot.toString()).orFail();
        up("lost", 8090);
        answers(8090);
        containers = containers();
    }

    @AfterAll
    void close() {
        cluster.close();
    }

    @Test
    @Order(1)
    void bothEnginesStopWhenTheStoreIsRestored() {
        cluster.restoreEtcd(snapshot);
        cluster.restartEngine();

        for (var engine : List.of("engine-1", "engine-2")) {
            Await.until(
                    () -> {
                        var status = cluster.cliAt(engine, "status").out();
                        return status.contains("STOPPED") && status.contains("accept-restore");
                    },
                    SOON,
                    () -> engine + " says that it stopped, and how it goes on\n" + cluster.cliAt(engine, "status"));
            var refused = cluster.cliAt(engine, "scale", "kept", "web=2", "--detach");
            assertThat(refused.status()).isNotZero();
            assertThat(refused.err()).contains("accept-restore");
        }
    }

    @Test
    @Order(2)
    void whatRunsIsNotTouched() {
        assertThat(containers()).isEqualTo(containers);
        answers(8080);
        answers(8090);
    }

    @Test
    @Order(3)
    void theOperatorIsToldWhatIsGone() {
        var told = cluster.cliAt("engine-2", "cluster", "accept-restore");

        assertThat(told.status()).isEqualTo(1);
        assertThat(told.err()).contains("are gone").contains("--yes");
        assertThat(containers()).isEqualTo(containers);
    }

    @Test
    @Order(4)
    void bothGoOnOnceItIsAccepted() throws IOException {
        cluster.cliAt("engine-2", "cluster", "accept-restore", "--yes").orFail();

        for (var engine : List.of("engine-1", "engine-2")) {
            Await.until(
                    () -> {
                        var status = cluster.cliAt(engine, "status").out();
                        return status.contains("engine-1 engine-2") && !status.contains("STOPPED");
                    },
                    SOON,
                    () -> engine + " goes on\n" + cluster.cliAt(engine, "status"));
        }
        Await.until(
                () -> !cluster.cli("ps").orFail().out().contains("lost")
                        && containers().size() < containers.size(),
                SOON,
                () -> "what the store does not know is gone\n" + cluster.cli("ps") + containers());
        answers(8080);
        cluster.awaitAgents();
        up("after", 8100);
        answers(8100);
    }

    private void up(String name, int port) throws IOException {
        Path file = Files.writeString(
                cluster.engineServer().state().resolve(name + ".yaml"),
                """
                name: %s
                services:
                  web:
                    image: %s
                    stop_grace_period: 1s
                    ports: ["%d:8080"]
                    deploy: {replicas: 1}
                """
                        .formatted(name, image.reference(), port));
        cluster.cli("up", "-f", file.toString()).orFail();
    }

    private void answers(int port) {
        var url = "http://" + cluster.agentServer(1).address() + ":" + port + "/healthz";
        Await.until(
                () -> cluster.outside().get(url).equals(new HttpAnswer(200, "ok\n")),
                SOON,
                () -> "the app answers: " + cluster.outside().get(url) + "\n" + cluster.cli("ps"));
    }

    private Set<HostContainer> containers() {
        return Set.copyOf(HostContainer.of(cluster.agentServer(1)));
    }
}
