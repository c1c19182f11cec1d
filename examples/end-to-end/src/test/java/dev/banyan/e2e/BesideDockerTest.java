package dev.banyan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.harness.Await;
import dev.banyan.harness.Cluster;
import dev.banyan.harness.ClusterPlan;
import dev.banyan.harness.DemoImage;
import dev.banyan.harness.Leftovers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Docker itself on the servers of agents: whoever came first, both serve, and Docker goes on when the agent leaves. */
@Tag("servers")
class BesideDockerTest {
    private static final Duration SOON = Duration.ofMinutes(3);
    private static final DemoImage IMAGE = DemoImage.of("busybox");
    private static final int PORT = 8090;
    private static final int LATER_PORT = 8091;

    /** The first agent is there before Docker, the others come after; beside the last one Docker uses iptables-legacy. */
    @Test
    void bothServeWhoeverCameFirst() {
        var cluster = Cluster.start(
                ClusterPlan.agents(3).engineOption("suspect", "60s").engineOption("lost", "120s"));
        try (cluster) {
            cluster.push(IMAGE);
            var app = new WebApp(cluster, "shop", 8080);
            app.up(3);
            var well = new AllWell(cluster, app);
            well.await();
            leave(cluster, 2);
            leave(cluster, 3);
            var first = started(cluster, 1, Docker.Iptables.NFT);
            var second = started(cluster, 2, Docker.Iptables.NFT);
            var third = started(cluster, 3, Docker.Iptables.LEGACY);
            var before = HostState.afterLeaving(cluster.agentServer(2));
            var beforeLegacy = HostState.afterLeaving(cluster.agentServer(3));
            assertThat(before.get("nft")).contains("policy drop", "DOCKER-USER");
            assertThat(beforeLegacy.get("legacy firewall")).contains(":FORWARD DROP", "DOCKER-USER");
            assertThat(beforeLegacy.get("nft")).isEmpty();

            cluster.rejoin(2);
            cluster.rejoin(3);
            cluster.awaitAgents();
            app.scale(6);
            well.await();
            serveEachOther(cluster, first, 1);
            serveEachOther(cluster, second, 2);
            serveEachOther(cluster, third, 3);
            assertThat(Firewall.ofOthers(cluster.agentServer(2))).isEqualTo(lines(before.getOrDefault("nft", "")));
            acceptsByTheChainOfUsers(cluster, 1, "iptables");
            acceptsByTheChainOfUsers(cluster, 2, "iptables");
            acceptsByTheChainOfUsers(cluster, 3, "iptables-legacy");

            servesContainersThatComeLater(cluster, second);
            first.restart();
            well.await();
            serveEachOther(cluster, first, 1);

            goesOnWithoutTheAgent(cluster, first, 1);
            goesOnWithoutTheAgent(cluster, second, 2);
            goesOnWithoutTheAgent(cluster, third, 3);
            assertThat(HostState.afterLeaving(cluster.agentServer(2))).isEqualTo(before);
            assertThat(HostState.afterLeaving(cluster.agentServer(3))).isEqualTo(beforeLegacy);
        }
        assertThat(Leftovers.of(cluster)).isEmpty();
    }

    private static Docker started(Cluster cluster, int agent, Docker.Iptables iptables) {
        var docker = Docker.start(cluster.agentServer(agent), IMAGE, iptables);
        docker.run("early", PORT);
        docker.awaitAnswer(cluster.outside(), "early", PORT);
        docker.awaitAddresses();
        return docker;
    }

    private static void leave(Cluster cluster, int agent) {
        cluster.agent(agent).kill();
        cluster.agentServer(agent).run(cluster.leaving(agent)).orFail();
    }

    /** Docker's port from outside, and ours of each server from a container of Docker. */
    private static void serveEachOther(Cluster cluster, Docker docker, int agent) {
        docker.awaitAnswer(cluster.outside(), "early", PORT);
        for (int each = 1; each <= cluster.agentCount(); each++) {
            var url = "http://" + cluster.agentServer(each).address() + ":8080/healthz";
            Await.until(
                    () -> docker.fetch("early", url).status() == 0,
                    SOON,
                    () -> "Docker's container on agent " + agent + " gets " + url + ": " + docker.fetch("early", url));
        }
    }

    private static List<String> lines(String text) {
        return text.lines().filter(line -> !line.isBlank()).toList();
    }

    private static void acceptsByTheChainOfUsers(Cluster cluster, int agent, String iptables) {
        var rules = cluster.agentServer(agent).run(iptables, "-S").orFail().out();
        assertThat(rules.lines().filter(line -> line.contains("banyan_")))
                .singleElement()
                .asString()
                .startsWith("-A DOCKER-USER ");
    }

    /** Also for containers of its own, which the kernel may ask our rules about. */
    private static void servesContainersThatComeLater(Cluster cluster, Docker docker) {
        docker.run("later", LATER_PORT);
        docker.awaitAnswer(cluster.outside(), "later", LATER_PORT);
        docker.awaitAnswer(cluster.outside(), "early", PORT);
        var bridged = docker.fetch("early", "http://" + docker.address("later") + "/");
        assertThat(bridged.out().strip()).as(bridged.toString()).isEqualTo("later");
        docker.remove("later");
    }

    private static void goesOnWithoutTheAgent(Cluster cluster, Docker docker, int agent) {
        var server = cluster.agentServer(agent);
        var theirs = Firewall.ofOthers(server);
        leave(cluster, agent);
        assertThat(server.run("nft", "list", "ruleset").orFail().out()).doesNotContain("banyan_");
        assertThat(server.run("iptables-legacy-save").orFail().out()).doesNotContain("banyan_");
        assertThat(Firewall.ofOthers(server)).isEqualTo(theirs);
        docker.awaitAnswer(cluster.outside(), "early", PORT);
    }
}
