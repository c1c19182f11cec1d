package dev.banyan.agent.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.host.CommandRunner;
import dev.banyan.agent.network.wireguard.PublicKey;
import dev.banyan.agent.wire.Client;
import dev.banyan.agent.wire.Namespace;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("servers")
class PlainRoutesServersTest extends OverlayContract {
    @Override
    OverlayDriver on(Namespace server, CommandRunner commands) {
        var id = server.equals(first) ? "abcdef1" : "abcdef2";
        return new PlainRoutes(id, commands, folder.resolve(server.name()));
    }

    @Override
    Peer secondAsPeer() {
        return Peer.of("a2", "10.99.0.12", "10.99.66.0/24");
    }

    @Override
    Peer firstAsPeer() {
        return Peer.of("a1", "10.99.0.11", "10.99.65.0/24");
    }

    @Override
    String secondSeenByContainers() {
        return "10.99.0.12";
    }

    @Override
    List<List<String>> otherDamages() {
        return List.of();
    }

    @Test
    void putsOneRuleAmongThoseOfTheServersFirewall() throws Exception {
        first.run("iptables", "-P", "FORWARD", "DROP");

        connectBoth();

        assertThat(first.run("iptables", "-S", "FORWARD").lines())
                .containsExactly(
                        "-P FORWARD DROP",
                        "-A FORWARD -m mark --mark 0x2000000/0x2000000 -m comment --comment banyan_abcdef1_net -j ACCEPT");
    }

    @Test
    void givesNoRouteToAPeerThatSpeaksWireGuard() throws Exception {
        var key = new PublicKey("kJ3dZ8hJj4pJ3Yq0W0m5bq2m9bqk2y7m3kqk2y7m3ko=");
        var plan = new OverlayPlan(2, FIRST, List.of(secondAsPeer().at(key, 7446)));

        var outcome = first.call(() -> driver.apply(plan));

        assertThat(outcome).isInstanceOfSatisfying(OverlayOutcome.Failed.class, failed -> assertThat(failed.problems())
                .singleElement()
                .asString()
                .contains("agent a2", "overlay: routes"));
        assertThat(first.run("ip", "-4", "route")).doesNotContain("10.99.66.0/24");
    }

    @Test
    void letsContainersReachTheWorldUnderTheServersAddress() throws Exception {
        connectBoth();

        assertThat(Client.ask(w1, "10.99.0.20", 8080, 3)).containsOnlyKeys("outside 10.99.0.11");
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

        awaitOnePacket("pre");
        assertThat(first.run("nft", "list", "chain", "ip", "seen", "in")).contains("packets 0 ");
    }

    @Test
    void usesTheChainThatDockerLeavesToItsUsers() throws Exception {
        first.run("iptables", "-N", "DOCKER-USER");
        first.run("iptables", "-A", "FORWARD", "-j", "DOCKER-USER");

        connectBoth();

        assertThat(first.run("iptables", "-S", "DOCKER-USER")).contains("--comment banyan_abcdef1_net -j ACCEPT");
        assertThat(first.run("iptables", "-S", "FORWARD")).doesNotContain("banyan");
    }

    @Test
    void leavesRoutesOfOthersAloneAndSaysSo() throws Exception {
        first.run("ip", "route", "add", "10.99.66.0/24", "via", "10.99.0.20");
        first.run("ip", "route", "add", "10.98.0.0/24", "via", "10.99.0.20");

        var outcome = first.call(() -> driver.apply(toSecond()));

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

        var outcome = first.call(() -> driver.apply(plan));

        assertThat(outcome).isInstanceOfSatisfying(OverlayOutcome.Failed.class, failed -> assertThat(failed.problems())
                .singleElement()
                .asString()
                .contains("via 192.0.2.1"));
        assertThat(first.run("ip", "-4", "route")).contains("10.99.66.0/24 via 10.99.0.12");
    }
}
