package dev.banyan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.harness.Await;
import dev.banyan.harness.Cluster;
import dev.banyan.harness.ClusterPlan;
import dev.banyan.harness.DemoImage;
import dev.banyan.harness.HostContainer;
import dev.banyan.harness.Leftovers;
import dev.banyan.harness.Server;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An agent comes to a server that has firewalls of others, starts again without touching anything, and leaves the server as it was. */
@Tag("servers")
class LeaveTest {
    private static final Duration SOON = Duration.ofMinutes(3);
    private static final int FEW = 8;

    /** As dockerd and ufw write theirs by iptables, with what a person adds; and a table of somebody's own. */
    private static final String FIREWALLS =
            """
            *filter
            :INPUT DROP [0:0]
            :FORWARD DROP [0:0]
            :OUTPUT ACCEPT [0:0]
            :DOCKER - [0:0]
            :DOCKER-ISOLATION-STAGE-1 - [0:0]
            :DOCKER-ISOLATION-STAGE-2 - [0:0]
            :DOCKER-USER - [0:0]
            :ufw-before-input - [0:0]
            :ufw-user-input - [0:0]
            :ufw-before-forward - [0:0]
            -A INPUT -j ufw-before-input
            -A INPUT -j ufw-user-input
            -A FORWARD -j DOCKER-USER
            -A FORWARD -j DOCKER-ISOLATION-STAGE-1
            -A FORWARD -o docker0 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
            -A FORWARD -o docker0 -j DOCKER
            -A FORWARD -i docker0 ! -o docker0 -j ACCEPT
            -A FORWARD -j ufw-before-forward
            -A DOCKER-ISOLATION-STAGE-1 -i docker0 ! -o docker0 -j DOCKER-ISOLATION-STAGE-2
            -A DOCKER-ISOLATION-STAGE-1 -j RETURN
            -A DOCKER-ISOLATION-STAGE-2 -o docker0 -j DROP
            -A DOCKER-ISOLATION-STAGE-2 -j RETURN
            -A DOCKER-USER -j RETURN
            -A ufw-before-input -i lo -j ACCEPT
            -A ufw-before-input -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
            -A ufw-before-input -p icmp -m icmp --icmp-type 8 -j ACCEPT
            -A ufw-user-input -p udp -m udp --dport 7446 -j ACCEPT
            -A ufw-before-forward -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
            COMMIT
            """;

    private static final String FOREIGN_TABLE =
            """
            table inet somebody {
              chain input { type filter hook input priority 10; policy accept; ip saddr 203.0.113.0/24 drop; }
              chain forward { type filter hook forward priority 10; policy accept; ip saddr 203.0.113.0/24 drop; }
            }
            """;

    @Test
    void leavesAServerAsItFoundIt() {
        var cluster = Cluster.start(
                ClusterPlan.agents(2).engineOption("suspect", "60s").engineOption("lost", "120s"));
        try (cluster) {
            cluster.push(DemoImage.of("busybox"));
            var app = new WebApp(cluster, "shop", 8080);
            app.up(2);
            AllWell.awaitCheck(cluster);
            app.awaitReplicas(2);
            Await.until(
                    () -> KernelCheck.differences(cluster, 1, 2).isEmpty(),
                    SOON,
                    () -> "kernels lead where the store says: " + KernelCheck.differences(cluster, 1, 2));
            startsAgainWithoutTouchingAnything(cluster, app);

            leaveInPieces(cluster, app);
            firewalls(cluster.agentServer(2));
            var before = HostState.afterLeaving(cluster.agentServer(2));
            assertThat(before)
                    .containsEntry("mounts", "")
                    .containsEntry("processes", "")
                    .containsEntry("files", "");
            assertThat(before.get("routes")).doesNotContain("10.192.", "10.200.");
            assertThat(before.get("addresses")).doesNotContain("bny", "veth");

            cluster.rejoin(2);
            cluster.awaitAgents();
            app.scale(4);
            AllWell.awaitCheck(cluster);
            answersThroughBoth(app);
            theirsIsUntouchedButForOurs(before, cluster.agentServer(2));
            isBackAfterAllWasFlushed(cluster, app, before);

            var socket = tunnelSocket(cluster.agentServer(2));
            // A tunnel of the kernel has none.
            assertThat(Files.exists(socket))
                    .isEqualTo(!cluster.agentServer(2).processes("wireguard-go").isEmpty());
            cluster.agent(2).kill();
            cluster.agentServer(2).run(cluster.leaving(2)).orFail();
            assertThat(HostState.afterLeaving(cluster.agentServer(2))).isEqualTo(before);
            assertThat(socket).doesNotExist();
            assertThat(cluster.cli("agents").orFail().out()).doesNotContain(cluster.agentName(2));
        }
        assertThat(Leftovers.of(cluster)).isEmpty();
    }

    private static void answersThroughBoth(WebApp app) {
        for (int agent = 1; agent <= 2; agent++) {
            int each = agent;
            Await.until(
                    () -> app.servedBy(each, FEW * 2).containsAll(app.replicas()),
                    SOON,
                    () -> "all replicas answer through agent " + each + ": " + app.servedBy(each, FEW));
        }
    }

    private static void startsAgainWithoutTouchingAnything(Cluster cluster, WebApp app) {
        var server = cluster.agentServer(1);
        awaitCalm(server);
        var before = HostState.of(server);
        var rules = server.start("nft-monitor", dev.banyan.harness.Command.of("nft", "monitor"));
        var links = server.start(
                "ip-monitor", dev.banyan.harness.Command.of("ip", "monitor", "link", "address", "route", "rule"));
        var containers = HostContainer.of(server);

        cluster.agent(1).kill();
        cluster.restartAgent(1);
        cluster.awaitAgents();
        AllWell.awaitCheck(cluster);

        assertThat(read(rules.log())).isEmpty();
        // Of namespaces that others of this machine have removed; no event of this one.
        assertThat(read(links.log()).lines().filter(line -> !line.startsWith("Error: Peer netns")))
                .isEmpty();
        assertThat(HostContainer.of(server)).containsExactlyInAnyOrderElementsOf(containers);
        for (var about :
                List.of("nft", "addresses", "routes", "routes of IPv6", "rules", "settings", "programs", "mounts")) {
            assertThat(HostState.of(server)).containsEntry(about, before.getOrDefault(about, ""));
        }
        assertThat(app.servedBy(1, FEW)).isNotEmpty();
        rules.kill();
        links.kill();
    }

    /** The kernel still tells of addresses that links got with the app's containers while it tries them. */
    private static void awaitCalm(Server server) {
        Await.until(
                () -> server.run("ip", "-6", "addr", "show", "tentative")
                        .orFail()
                        .out()
                        .isBlank(),
                SOON,
                () -> "no address is tentative\n" + server.run("ip", "addr"));
    }

    private static String read(java.nio.file.Path log) {
        try {
            return Files.readString(log);
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot read " + log, failed);
        }
    }

    /** The first attempt is killed while containers are stopped, the second does what is left. */
    private static void leaveInPieces(Cluster cluster, WebApp app) {
        var server = cluster.agentServer(2);
        assertThat(server.run(cluster.leaving(2)).err()).contains("another agent holds");
        cluster.agent(2).kill();
        // What does not heed is waited for: else all might be done before the first attempt is killed.
        var slow = app.replicasOn(2);
        assertThat(slow).isNotEmpty().allSatisfy(HostContainer::pause);
        var first = server.start("leave", cluster.leaving(2));
        Await.until(() -> read(first.log()).contains("has left"), SOON, () -> "the cluster is told\n" + first.tail());
        first.kill();
        slow.forEach(HostContainer::resume);

        assertThat(server.run(cluster.leaving(2)).orFail().out()).contains("has left");
        assertThat(server.run(cluster.leaving(2)).err()).contains("nothing was changed");
    }

    private static void firewalls(Server server) {
        try {
            var rules = Files.writeString(server.state().resolve("firewalls"), FIREWALLS);
            var table = Files.writeString(server.state().resolve("table"), FOREIGN_TABLE);
            server.run("iptables-restore", rules.toString()).orFail();
            server.run("nft", "-f", table.toString()).orFail();
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot write firewalls", failed);
        }
    }

    /** Every line that was there is there, in the same order, and what came to their chains is ours. */
    private static void theirsIsUntouchedButForOurs(java.util.Map<String, String> before, Server server) {
        Firewall.awaitOursAmongOthers(server, 2);
        assertThat(Firewall.ofOthers(server))
                .isEqualTo(before.getOrDefault("nft", "")
                        .lines()
                        .filter(line -> !line.isBlank())
                        .toList());
    }

    /** As a firewall does that begins anew. */
    private static void isBackAfterAllWasFlushed(Cluster cluster, WebApp app, java.util.Map<String, String> before) {
        var server = cluster.agentServer(2);
        server.run("nft", "flush", "ruleset").orFail();
        firewalls(server);
        answersThroughBoth(app);
        AllWell.awaitCheck(cluster);
        theirsIsUntouchedButForOurs(before, server);
    }

    /** By which wireguard-go is told what to do; such files are the machine's, so that those of others are there too. */
    private static Path tunnelSocket(Server server) {
        var link = server.run("ip", "-o", "link")
                .orFail()
                .out()
                .lines()
                .map(line -> line.split(": ")[1].split("@")[0])
                .filter(name -> name.startsWith("bny"))
                .findFirst()
                .orElseThrow();
        return Path.of("/var/run/wireguard", link + ".sock");
    }
}
