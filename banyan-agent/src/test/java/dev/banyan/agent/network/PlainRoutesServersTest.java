package dev.banyan.agent.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.wire.Client;
import dev.banyan.agent.wire.Namespace;
import dev.banyan.agent.wire.TestServers;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two servers with a container each, and a host beside them that knows nothing of the cluster. */
@Tag("servers")
class PlainRoutesServersTest {
    private static final ClusterRanges FIRST = ClusterRanges.of("10.99.64.0/18", "10.99.128.0/18", "10.99.65.0/24");
    private static final ClusterRanges SECOND = ClusterRanges.of("10.99.64.0/18", "10.99.128.0/18", "10.99.66.0/24");
    private static final OverlayPlan TO_SECOND =
            new OverlayPlan(1, FIRST, List.of(Peer.of("a2", "10.99.0.12", "10.99.66.0/24")));
    private static final OverlayPlan TO_FIRST =
            new OverlayPlan(1, SECOND, List.of(Peer.of("a1", "10.99.0.11", "10.99.65.0/24")));

    private TestServers all;
    private Path folder;
    private Namespace first;
    private Namespace second;
    private Namespace outside;
    private Namespace w1;
    private PlainRoutes routes;

    @BeforeEach
    void start(@TempDir Path state) throws Exception {
        folder = state;
        all = TestServers.start();
        first = all.server("a1", 11);
        second = all.server("a2", 12);
        outside = all.server("cl", 20);
        w1 = all.container(first, "w1", "10.99.65.2");
        all.echo(w1, "w1", 8080);
        all.echo(all.container(second, "w3", "10.99.66.2"), "w3", 8080);
        all.echo(outside, "outside", 8080);
        routes = on(first);
    }

    @AfterEach
    void stop() throws Exception {
        TestServers.close(all);
    }

    private PlainRoutes on(Namespace server) {
        return new PlainRoutes("abcdef0", Namespace.commands(), folder.resolve(server.name()));
    }

    private void connectBoth() throws Exception {
        assertThat(first.call(() -> routes.apply(TO_SECOND))).isEqualTo(new OverlayOutcome.Applied(1));
        var others = on(second);
        assertThat(second.call(() -> others.apply(TO_FIRST))).isEqualTo(new OverlayOutcome.Applied(1));
    }

    @Test
    void connectsContainersOfTwoServersUnderTheirOwnAddresses() throws Exception {
        connectBoth();

        assertThat(Client.ask(w1, "10.99.66.2", 8080, 3)).containsOnlyKeys("w3 10.99.65.2");
        assertThat(Client.ask(second, "10.99.65.2", 8080, 3)).containsOnlyKeys("w1 10.99.0.12");
    }

    @Test
    void letsContainersReachTheWorldUnderTheServersAddress() throws Exception {
        connectBoth();

        assertThat(Client.ask(w1, "10.99.0.20", 8080, 3)).containsOnlyKeys("outside 10.99.0.11");
    }

    @Test
    void passesAFirewallThatDropsWhatItDoesNotKnow() throws Exception {
        for (var server : List.of(first, second)) {
            server.run("iptables", "-P", "FORWARD", "DROP");
        }

        connectBoth();

        assertThat(Client.ask(w1, "10.99.66.2", 8080, 3)).containsOnlyKeys("w3 10.99.65.2");
        assertThat(Client.ask(second, "10.99.65.2", 8080, 3)).containsOnlyKeys("w1 10.99.0.12");
        assertThat(Client.ask(w1, "10.99.0.20", 8080, 3)).containsOnlyKeys("outside 10.99.0.11");
        assertThat(first.run("iptables", "-S", "FORWARD").lines())
                .containsExactly(
                        "-P FORWARD DROP",
                        "-A FORWARD -m mark --mark 0x2000000/0x2000000 -m comment --comment banyan_abcdef0_net -j ACCEPT");
    }

    @Test
    void leavesOutsidersToThatFirewall() throws Exception {
        first.run("iptables", "-P", "FORWARD", "DROP");
        first.run(
                "iptables",
                "-A",
                "FORWARD",
                "-d",
                "10.99.65.2",
                "-j",
                "REJECT",
                "--reject-with",
                "icmp-host-unreachable");
        connectBoth();
        outside.run("ip", "route", "add", "10.99.65.0/24", "via", "10.99.0.11");

        assertThat(Client.ask(outside, "10.99.65.2", 8080, 1))
                .containsOnlyKeys("NoRouteToHostException: No route to host");
    }

    @Test
    void dropsForgedLoopbackAddressesThatComeByTheWire() throws Exception {
        connectBoth();
        outside.run("sysctl", "-qw", "net.ipv4.conf.all.route_localnet=1");
        outside.run("ip", "route", "del", "local", "127.0.0.0/8", "dev", "lo", "table", "local");
        outside.run("ip", "route", "del", "local", "127.0.0.1", "dev", "lo", "table", "local");
        outside.run("ip", "route", "add", "127.0.0.0/8", "via", "10.99.0.11");
        first.feed(
                "table ip seen { chain pre { type filter hook prerouting priority -400; ip daddr 127.0.0.1 udp dport 9090 counter; }; "
                        + "chain in { type filter hook input priority 0; iifname eth0 ip daddr 127.0.0.1 counter; }; }",
                "nft",
                "-f",
                "-");

        outside.call(() -> {
            try (var channel = DatagramChannel.open(StandardProtocolFamily.INET)) {
                return channel.send(
                        ByteBuffer.allocate(1), new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 9090));
            }
        });

        assertThat(first.run("nft", "list", "chain", "ip", "seen", "pre")).contains("packets 1 ");
        assertThat(first.run("nft", "list", "chain", "ip", "seen", "in")).contains("packets 0 ");
    }

    @Test
    void usesTheChainThatDockerLeavesToItsUsers() throws Exception {
        first.run("iptables", "-N", "DOCKER-USER");
        first.run("iptables", "-A", "FORWARD", "-j", "DOCKER-USER");

        connectBoth();

        assertThat(first.run("iptables", "-S", "DOCKER-USER")).contains("--comment banyan_abcdef0_net -j ACCEPT");
        assertThat(first.run("iptables", "-S", "FORWARD")).doesNotContain("banyan");
    }

    @Test
    void noticesAndMendsWhatOthersTookAway() throws Exception {
        first.run("iptables", "-P", "FORWARD", "DROP");
        connectBoth();
        var damages = List.of(
                List.of("iptables", "-F", "FORWARD"),
                List.of("ip", "route", "del", "10.99.66.0/24"),
                List.of("nft", "delete", "table", "ip", "banyan_abcdef0_net"),
                List.of("sysctl", "-qw", "net.ipv4.ip_forward=0"));
        for (var damage : damages) {
            first.run(damage.toArray(String[]::new));
            assertThat(first.call(routes::verify)).as(damage.toString()).isInstanceOf(OverlayCheck.Different.class);

            first.call(() -> routes.apply(TO_SECOND));

            assertThat(first.call(routes::verify)).isEqualTo(new OverlayCheck.Equal());
            assertThat(Client.ask(w1, "10.99.66.2", 8080, 1)).containsOnlyKeys("w3 10.99.65.2");
        }
    }

    @Test
    void adoptsWhatIsRightAfterARestart() throws Exception {
        first.run("iptables", "-P", "FORWARD", "DROP");
        connectBoth();
        var before = first.run("nft", "-a", "-s", "list", "ruleset") + first.run("ip", "-4", "-d", "route");
        var written = new ArrayList<String>();
        var restarted = new PlainRoutes(
                "abcdef0",
                line -> {
                    written.add(line.toString());
                    return Namespace.commands().run(line);
                },
                folder.resolve(first.name()));

        assertThat(first.call(restarted::resume)).contains(new OverlayOutcome.Applied(1));

        assertThat(written).noneMatch(line -> line.contains("-f") || line.contains("replace"));
        assertThat(first.run("nft", "-a", "-s", "list", "ruleset") + first.run("ip", "-4", "-d", "route"))
                .isEqualTo(before);
    }

    @Test
    void takesARouteBackWhenItsPeerGoes() throws Exception {
        connectBoth();

        first.call(() -> routes.apply(new OverlayPlan(2, FIRST, List.of())));

        assertThat(first.run("ip", "-4", "route")).doesNotContain("10.99.66.0/24");
    }

    @Test
    void leavesRoutesOfOthersAloneAndSaysSo() throws Exception {
        first.run("ip", "route", "add", "10.99.66.0/24", "via", "10.99.0.20");
        first.run("ip", "route", "add", "10.98.0.0/24", "via", "10.99.0.20");

        var outcome = first.call(() -> routes.apply(TO_SECOND));

        assertThat(outcome).isInstanceOfSatisfying(OverlayOutcome.Failed.class, failed -> assertThat(failed.problems())
                .singleElement()
                .asString()
                .contains("10.99.66.0/24")
                .contains("via 10.99.0.20"));
        assertThat(first.run("ip", "-4", "route"))
                .contains("10.99.66.0/24 via 10.99.0.20", "10.98.0.0/24 via 10.99.0.20");
    }

    @Test
    void reachesTheOtherPeersWhenOneIsNotOnTheLink() throws Exception {
        var plan = new OverlayPlan(
                3,
                FIRST,
                List.of(Peer.of("far", "192.0.2.1", "10.99.67.0/24"), Peer.of("a2", "10.99.0.12", "10.99.66.0/24")));

        var outcome = first.call(() -> routes.apply(plan));

        assertThat(outcome).isInstanceOfSatisfying(OverlayOutcome.Failed.class, failed -> assertThat(failed.problems())
                .singleElement()
                .asString()
                .contains("via 192.0.2.1"));
        assertThat(first.run("ip", "-4", "route")).contains("10.99.66.0/24 via 10.99.0.12");
    }

    @Test
    void leavesTheServerAsItWasFound() throws Exception {
        first.run("iptables", "-P", "FORWARD", "DROP");
        first.run("iptables", "-A", "FORWARD", "-s", "10.99.0.20", "-j", "ACCEPT");
        var before = first.state();
        connectBoth();
        assertThat(first.state()).isNotEqualTo(before);

        var later = on(first);
        first.call(() -> {
            later.remove();
            later.remove();
            return true;
        });

        assertThat(first.state()).isEqualTo(before);
        assertThat(first.call(on(first)::resume)).isEmpty();
    }
}
