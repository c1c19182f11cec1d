package dev.banyan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.harness.Await;
import dev.banyan.harness.Cluster;
import dev.banyan.harness.ClusterPlan;
import dev.banyan.harness.Command;
import dev.banyan.harness.DemoImage;
import dev.banyan.harness.Leftovers;
import dev.banyan.harness.Requests;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.ReadAt;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Containers of two servers reach each other through WireGuard, and through nothing else, whatever happens to it. */
@Tag("servers")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OverlayTest {
    private static final Duration SOON = Duration.ofMinutes(3);
    private static final int SOME = 20;
    private static final int FEW = 8;
    private static final String PROGRAM = "wireguard-go";

    private final Cluster cluster = Cluster.start(ClusterPlan.agents(2).engineOption("lost", "60s"));

    private final WebApp app = new WebApp(cluster, "shop", 8080);

    @BeforeAll
    void deploy() {
        cluster.push(DemoImage.of("busybox"));
        app.upOnEach(2);
        watchTheWire();
    }

    @AfterAll
    void remove() {
        cluster.close();
        assertThat(Leftovers.of(cluster)).isEmpty();
    }

    /** Counts what arrives at the second server by the wire, before anything of it is decrypted or dropped. */
    private void watchTheWire() {
        var rules = WebApp.file(
                cluster,
                "seen.nft",
                """
                table netdev seen {
                  counter encrypted { }
                  counter clear { }
                  chain in { type filter hook ingress device eth0 priority 0;
                    udp dport 7446 counter name encrypted
                    ip saddr 10.192.0.0/12 counter name clear
                    ip daddr 10.192.0.0/12 counter name clear
                  }
                }
                """);
        cluster.agentServer(2).run("nft", "-f", rules.toString()).orFail();
    }

    private long seen(String counter) {
        var words = List.of(cluster.agentServer(2)
                .run("nft", "list", "counter", "netdev", "seen", counter)
                .orFail()
                .out()
                .split("\\s+"));
        return Long.parseLong(words.get(words.indexOf("packets") + 1));
    }

    /** Through each agent both replicas answer, of which one is on the other server. */
    private void awaitBothThroughEach() {
        IntStream.rangeClosed(1, 2)
                .forEach(agent -> Await.until(
                        () -> app.servedBy(agent, FEW).containsAll(app.replicas()),
                        SOON,
                        () -> "both replicas answer through agent " + agent + ": " + app.servedBy(agent, FEW) + "\n"
                                + cluster.cli("agents") + cluster.cli("network", "peers")));
    }

    private String link(int agent) {
        var uid = cluster.store()
                .get(
                        Kinds.AGENTS.key(
                                ObjectKey.CLUSTER_SCOPE,
                                cluster.agentServer(agent).namespace()),
                        ReadAt.LATEST)
                .orElseThrow()
                .meta()
                .uid();
        return "bny" + uid.substring(0, 7);
    }

    @Test
    void sendsEverythingEncryptedAndShowsWhoIsConnectedWithWhom() {
        var before = seen("encrypted");

        awaitBothThroughEach();

        assertThat(seen("encrypted")).isGreaterThan(before);
        assertThat(seen("clear")).isZero();
        var peers = Await.value(
                () -> Optional.of(cluster.cli("network", "peers").out())
                        .filter(shown -> shown.lines().count() == 3 && !shown.contains("yet")),
                SOON,
                () -> "two rows of peers with handshakes\n" + cluster.cli("network", "peers"));
        assertThat(peers)
                .contains(cluster.agentServer(1).address() + ":7446")
                .contains(cluster.agentServer(2).address() + ":7446");
        assertThat(cluster.cli("network", "addresses", "-o", "yaml").orFail().out())
                .contains("10.192.0.0/24", "10.192.1.0/24");
    }

    @Test
    void losesNothingWhileAnAgentIsKilledAndStartsAgain() {
        awaitBothThroughEach();
        var programs = programs(1);
        var interface1 = interfaceIndex(1);
        var requests = IntStream.rangeClosed(1, 2)
                .mapToObj(agent -> Requests.start(cluster.outside(), app.url(agent, "/healthz")))
                .toList();
        try {
            requests.forEach(each -> each.awaitMore(SOME));
            cluster.agent(1).kill();
            requests.forEach(each -> each.awaitMore(SOME));
            cluster.restartAgent(1);
            cluster.awaitAgents();
            requests.forEach(each -> each.awaitMore(SOME));

            assertThat(requests).flatMap(Requests::failures).isEmpty();
        } finally {
            requests.forEach(Requests::close);
        }
        assertThat(programs(1)).isEqualTo(programs);
        assertThat(interfaceIndex(1)).isEqualTo(interface1);
    }

    private List<Long> programs(int agent) {
        return cluster.agentServer(agent).processes(PROGRAM).stream()
                .map(ProcessHandle::pid)
                .toList();
    }

    private String interfaceIndex(int agent) {
        return cluster.agentServer(agent)
                .run("ip", "-o", "link", "show", "dev", link(agent))
                .orFail()
                .out()
                .split(":")[0];
    }

    @Test
    void isBackAfterItsInterfaceWasTakenAway() {
        awaitBothThroughEach();
        // A kernel that has WireGuard has no program to kill.
        if (!programs(1).isEmpty()) {
            cluster.agentServer(1).kill(PROGRAM);
            awaitBothThroughEach();
        }
        cluster.agentServer(2).run("ip", "link", "del", "dev", link(2)).orFail();
        awaitBothThroughEach();
        cluster.agentServer(1).run("ip", "link", "set", "dev", link(1), "down").orFail();
        awaitBothThroughEach();
        cluster.agentServer(2).cutLink();
        cluster.agentServer(2).healLink();
        awaitBothThroughEach();

        assertThat(seen("clear")).isZero();
    }

    @Test
    void tellsContainersHowLargeTheirPacketsMayBe() {
        awaitBothThroughEach();
        var container = app.replicasOn(1).getFirst();

        var links = Command.of("nsenter", "--target", Long.toString(container.pid()), "--net", "ip", "-o", "link")
                .run()
                .orFail()
                .out();

        // The wire's 1500 less what encryption adds.
        assertThat(links).containsPattern("eth0@.* mtu 1420 ");
    }
}
