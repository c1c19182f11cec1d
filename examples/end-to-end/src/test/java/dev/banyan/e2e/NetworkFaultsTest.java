package dev.banyan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.harness.Await;
import dev.banyan.harness.Cluster;
import dev.banyan.harness.ClusterPlan;
import dev.banyan.harness.DemoImage;
import dev.banyan.harness.Leftovers;
import dev.banyan.harness.Server;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What breaks networks, done to a real one while endpoints change; then kernels are compared with the store. */
@Tag("servers")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NetworkFaultsTest {
    private static final Duration SOON = Duration.ofMinutes(3);
    private static final int KILLS = 5;
    private static final int FLAPS = 5;

    private final Random random = new Random(7);

    /** An hour without engines is nothing but more than these. */
    private final Cluster cluster =
            Cluster.start(ClusterPlan.agents(2).engineOption("suspect", "2s").engineOption("lost", "30s"));

    private final WebApp app = new WebApp(cluster, "shop", 8080);

    @BeforeAll
    void deploy() {
        cluster.push(DemoImage.of("busybox"));
        app.up(2);
        awaitWell();
    }

    @AfterAll
    void remove() {
        cluster.close();
        assertThat(Leftovers.of(cluster)).isEmpty();
    }

    /** All agents answer every check, and no kernel has an endpoint too many or too few. */
    private void awaitWell() {
        Await.until(
                () -> cluster.cli("network", "check").status() == 0
                        && KernelCheck.differences(cluster, 1, 2).isEmpty(),
                SOON,
                () -> "all is well: " + KernelCheck.differences(cluster, 1, 2) + "\n" + cluster.cli("network", "check")
                        + cluster.cli("network", "peers"));
    }

    @Test
    void noEndpointIsStaleAfterAnAgentWasKilledWhileItAppliedOthers() {
        for (int kill = 0; kill < KILLS; kill++) {
            app.accept(1 + random.nextInt(4));
            cluster.agent(1).kill();
            app.accept(1 + random.nextInt(4));
            cluster.restartAgent(1);
        }
        app.scale(3);
        awaitWell();
    }

    @Test
    void isBackAfterATableARouteAndTheInterfaceWereTakenAway() {
        var server = cluster.agentServer(2);
        server.run("nft", "flush", "ruleset").orFail();
        awaitWell();
        server.run("ip", "route", "flush", "proto", "157").orFail();
        awaitWell();
        server.run("ip", "link", "del", "dev", overlay(server)).orFail();
        awaitWell();
    }

    /** Sockets of wireguard-go lie in one directory for all servers of this machine, so that wg knows those of the others too. */
    private static String overlay(Server server) {
        return server.run("ip", "-o", "link", "show")
                .orFail()
                .out()
                .lines()
                .map(line -> line.split(": ")[1])
                .filter(link -> link.startsWith("bny"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void saysWhatDoesNotArriveAndIsWellAgainAfterOneWayLossAndFlapping() {
        var server = cluster.agentServer(2);
        server.run("nft", "add", "table", "netdev", "loss").orFail();
        server.run(
                        "nft",
                        "add",
                        "chain",
                        "netdev",
                        "loss",
                        "in",
                        "{",
                        "type",
                        "filter",
                        "hook",
                        "ingress",
                        "device",
                        "eth0",
                        "priority",
                        "0",
                        ";",
                        "}")
                .orFail();
        server.run("nft", "add", "rule", "netdev", "loss", "in", "udp", "dport", "7446", "drop")
                .orFail();
        Await.until(
                () -> cluster.cli("network", "check").out().contains("overlay: timed out"),
                SOON,
                () -> "the check says what does not arrive\n" + cluster.cli("network", "check"));
        app.accept(4);
        server.run("nft", "delete", "table", "netdev", "loss").orFail();
        awaitWell();
        for (int flap = 0; flap < FLAPS; flap++) {
            server.cutLink();
            app.accept(1 + random.nextInt(4));
            server.healLink();
        }
        app.scale(2);
        awaitWell();
    }

    @Test
    void servesOnWithoutEnginesAndIsRightWhenTheyComeBack() {
        app.scale(2);
        app.awaitReplicas(2);
        awaitWell();
        var before = app.containers();
        cluster.engine().kill();
        cluster.engineServer().kill("etcd");
        for (int agent = 1; agent <= 2; agent++) {
            cluster.agent(agent).kill();
            cluster.restartAgent(agent);
            cluster.agentServer(agent).run("nft", "flush", "ruleset").orFail();
        }
        for (int agent = 1; agent <= 2; agent++) {
            int each = agent;
            Await.until(
                    () -> app.servedBy(each, 8).containsAll(app.replicas()),
                    SOON,
                    () -> "agent " + each + " serves both replicas from its disk: " + app.servedBy(each, 8));
        }
        cluster.restartEngine();
        cluster.awaitAgents();
        awaitWell();
        assertThat(app.containers()).isEqualTo(before);
    }
}
