package dev.banyan.agent.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.host.CommandResult;
import dev.banyan.agent.host.CommandRunner;
import dev.banyan.agent.host.ProcSettings;
import dev.banyan.agent.network.wireguard.TunnelKey;
import dev.banyan.agent.network.wireguard.TunnelSettings;
import dev.banyan.agent.wire.Client;
import dev.banyan.agent.wire.Namespace;
import dev.banyan.runtime.env.SystemEnv;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("servers")
class WireGuardServersTest extends OverlayContract {
    private static final int PORT = 7_446;

    @Override
    OverlayDriver on(Namespace server, CommandRunner commands) {
        var env = new SystemEnv();
        var there = new WireGuard.Server(commands, new ProcSettings(), folder.resolve(server.name()));
        var settings = new TunnelSettings(PORT, Duration.ZERO, 1_420);
        return new WireGuard(id(server), there, new WireGuard.End(key(server), settings), env.time());
    }

    private String id(Namespace server) {
        return server.equals(first) ? "abcdef1" : "abcdef2";
    }

    private TunnelKey key(Namespace server) {
        return TunnelKey.in(folder.resolve(server.name()).resolve("key"), new SystemEnv().entropy());
    }

    @Override
    Peer secondAsPeer() {
        return Peer.of("a2", "10.99.0.12", "10.99.66.0/24").at(key(second).publicKey(), PORT);
    }

    @Override
    Peer firstAsPeer() {
        return Peer.of("a1", "10.99.0.11", "10.99.65.0/24").at(key(first).publicKey(), PORT);
    }

    @Override
    String secondSeenByContainers() {
        return "10.99.66.1";
    }

    @Override
    List<List<String>> otherDamages() {
        var theirs = key(second).publicKey().text();
        return List.of(
                List.of("ip", "link", "set", "dev", "bnyabcdef1", "down"),
                List.of("ip", "link", "set", "dev", "bnyabcdef1", "mtu", "1280"),
                List.of("ip", "addr", "flush", "dev", "bnyabcdef1"),
                List.of("wg", "set", "bnyabcdef1", "peer", theirs, "allowed-ips", "10.99.66.0/25"),
                List.of("wg", "set", "bnyabcdef1", "peer", theirs, "remove"),
                List.of("wg", "set", "bnyabcdef1", "listen-port", "7999"),
                List.of("ip", "link", "del", "dev", "bnyabcdef1"));
    }

    /** Without it nothing could be sent to a stranger's address, and that nothing is sent would prove nothing. */
    @BeforeEach
    void knowAWayOut() throws Exception {
        first.run("ip", "route", "add", "default", "via", "10.99.0.20");
    }

    /** Counts what leaves {@code first} by the wire, below everything that an agent does. */
    private void watchTheWire() throws Exception {
        second.feed(
                """
                table netdev seen { chain in { type filter hook ingress device eth0 priority 0;
                  ip saddr 10.99.0.11 udp dport 7446 counter name encrypted
                  ip saddr 10.99.64.0/18 counter name clear
                  ip daddr 10.99.64.0/18 counter name clear
                }; }
                """
                        .replace(
                                "table netdev seen {", "table netdev seen { counter encrypted { }; counter clear { };"),
                "nft",
                "-f",
                "-");
    }

    private long seen(String counter) throws Exception {
        var words =
                second.run("nft", "list", "counter", "netdev", "seen", counter).split("\\s+");
        return Long.parseLong(words[List.of(words).indexOf("packets") + 1]);
    }

    @Test
    void sendsNothingInTheClear() throws Exception {
        watchTheWire();
        connectBoth();

        assertThat(Client.ask(w1, "10.99.66.2", 8080, 5)).containsOnlyKeys("w3 10.99.65.2");

        assertThat(seen("encrypted")).isGreaterThan(10);
        assertThat(seen("clear")).isZero();
    }

    @Test
    void sendsNothingInTheClearWhileItsInterfaceIsGone() throws Exception {
        connectBoth();
        outside.run("ip", "route", "add", "10.99.66.0/24", "via", "10.99.0.12");
        outside.run("sysctl", "-qw", "net.ipv4.ip_forward=1");
        watchTheWire();
        first.run("ip", "link", "del", "dev", "bnyabcdef1");
        // As if the routes had been taken as well: only the rules are left.
        first.run("ip", "route", "flush", "proto", "157");

        try (var flow = Client.Flow.from(w1, "10.99.66.2", 8080)) {
            for (int i = 0; i < 5; i++) {
                flow.send();
            }
        }
        first.call(() -> driver.apply(toSecond()));

        assertThat(Client.ask(w1, "10.99.66.2", 8080, 1)).containsOnlyKeys("w3 10.99.65.2");
        assertThat(seen("clear")).isZero();
    }

    @Test
    void dropsWhatComesInTheClearUnderAContainersAddress() throws Exception {
        connectBoth();
        first.feed(
                "table ip seen { chain thru { type filter hook forward priority 0; iifname eth0 ip daddr 10.99.65.2 counter; }; "
                        + "chain raw { type filter hook prerouting priority -400; iifname eth0 ip daddr 10.99.65.2 counter; }; }",
                "nft",
                "-f",
                "-");
        first.run("sysctl", "-qw", "net.ipv4.conf.all.rp_filter=0", "net.ipv4.conf.eth0.rp_filter=0");
        outside.run("ip", "addr", "add", "10.99.66.9/32", "dev", "lo");
        outside.run("ip", "route", "add", "10.99.65.0/24", "via", "10.99.0.11", "src", "10.99.66.9");

        try (var flow = Client.Flow.from(outside, "10.99.65.2", 8080)) {
            flow.send();
        }

        awaitOnePacket("raw");
        assertThat(first.run("nft", "list", "chain", "ip", "seen", "thru")).contains("packets 0 ");
    }

    @Test
    void comesBackAfterItsProgramWasKilled() throws Exception {
        connectBoth();
        var former = program("bnyabcdef1");
        assertThat(Client.ask(w1, "10.99.66.2", 8080, 1)).containsOnlyKeys("w3 10.99.65.2");

        // A kernel that has WireGuard needs no program.
        former.ifPresent(ProcessHandle::destroyForcibly);
        former.ifPresent(program -> program.onExit().join());
        if (former.isPresent()) {
            assertThat(first.call(driver::verify)).isInstanceOf(OverlayCheck.Different.class);
        }
        assertThat(first.call(() -> driver.apply(toSecond()))).isEqualTo(new OverlayOutcome.Applied(1));

        assertThat(program("bnyabcdef1").map(ProcessHandle::pid))
                .isNotEqualTo(former.map(ProcessHandle::pid).or(() -> Optional.of(-1L)));
        // From the side that still has the former session.
        assertThat(Client.ask(second, "10.99.65.2", 8080, 1)).containsOnlyKeys("w1 10.99.66.1");
    }

    /** That of the first server: others who run such tests have links of the same name. */
    private Optional<ProcessHandle> program(String link) throws Exception {
        var own = first.run("ip", "netns", "pids", first.name()).lines().toList();
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().commandLine().orElse("").endsWith("wireguard-go " + link))
                .filter(process -> own.contains(Long.toString(process.pid())))
                .findFirst();
    }

    @Test
    void touchesOnlyThePeerThatIsNew() throws Exception {
        connectBoth();
        var written = new ArrayList<String>();
        var watched = on(first, line -> {
            if (line.toString().startsWith("wg set") || line.toString().startsWith("ip link")) {
                written.add(line.toString());
            }
            return Namespace.commands().run(line);
        });
        var third = Peer.of("a3", "10.99.0.13", "10.99.67.0/24")
                .at(
                        TunnelKey.in(folder.resolve("third"), new SystemEnv().entropy())
                                .publicKey(),
                        PORT);

        first.call(() -> watched.apply(new OverlayPlan(2, FIRST, List.of(secondAsPeer(), third))));

        assertThat(written)
                .isNotEmpty()
                .allMatch(line -> line.contains(third.end().orElseThrow().key().text()))
                .noneMatch(line -> line.contains(key(second).publicKey().text()));
    }

    @Test
    void followsAPeerToAnotherAddress() throws Exception {
        connectBoth();
        second.run("ip", "addr", "del", "10.99.0.12/24", "dev", "eth0");
        second.run("ip", "addr", "add", "10.99.0.32/24", "dev", "eth0");
        var moved = Peer.of("a2", "10.99.0.32", "10.99.66.0/24").at(key(second).publicKey(), PORT);

        assertThat(first.call(() -> driver.apply(new OverlayPlan(2, FIRST, List.of(moved)))))
                .isEqualTo(new OverlayOutcome.Applied(2));

        assertThat(first.run("wg", "show", "bnyabcdef1", "endpoints")).contains("10.99.0.32:7446");
        assertThat(Client.ask(w1, "10.99.66.2", 8080, 1)).containsOnlyKeys("w3 10.99.65.2");
    }

    @Test
    void tellsOfHandshakesAndBytes() throws Exception {
        connectBoth();
        assertThat(Client.ask(w1, "10.99.66.2", 8080, 1)).containsOnlyKeys("w3 10.99.65.2");

        first.call(driver::verify);

        assertThat(driver.links()).singleElement().satisfies(link -> {
            assertThat(link.agent()).isEqualTo("a2");
            assertThat(link.endpoint()).isEqualTo("10.99.0.12:7446");
            assertThat(link.handshakeSeconds()).isPositive();
            assertThat(link.receivedBytes()).isPositive();
            assertThat(link.sentBytes()).isPositive();
        });
    }

    @Test
    void refusesAndSaysWhatToInstallWhereThereIsNoWireGuard() throws Exception {
        watchTheWire();
        CommandRunner bare = line ->
                line.arguments().contains("wireguard") || line.arguments().contains("wireguard-go")
                        ? new CommandResult(line, 1, "", "not here")
                        : Namespace.commands().run(line);
        var refusing = on(first, bare);

        var outcome = first.call(() -> refusing.apply(toSecond()));

        assertThat(outcome).isInstanceOfSatisfying(OverlayOutcome.Refused.class, refused -> assertThat(refused.reason())
                .contains("WireGuard is missing", "apt-get install", "wireguard-tools wireguard-go"));
        try (var flow = Client.Flow.from(w1, "10.99.66.2", 8080)) {
            flow.send();
        }
        assertThat(seen("clear")).isZero();
        // Where the packages are there meanwhile.
        assertThat(first.call(() -> driver.apply(toSecond()))).isEqualTo(new OverlayOutcome.Applied(1));
    }

    @Test
    void changesFromRoutesAndBack() throws Exception {
        var plain = new PlainRoutes("abcdef1", Namespace.commands(), folder.resolve(first.name()));
        var theirs = new PlainRoutes("abcdef2", Namespace.commands(), folder.resolve(second.name()));
        var there = new OverlayPlan(1, FIRST, List.of(Peer.of("a2", "10.99.0.12", "10.99.66.0/24")));
        var back = new OverlayPlan(1, SECOND, List.of(Peer.of("a1", "10.99.0.11", "10.99.65.0/24")));
        first.call(() -> plain.apply(there));
        second.call(() -> theirs.apply(back));
        assertThat(Client.ask(w1, "10.99.66.2", 8080, 1)).containsOnlyKeys("w3 10.99.65.2");

        connectBoth();
        assertThat(first.run("ip", "-4", "route")).contains("10.99.66.0/24 dev bnyabcdef1");
        assertThat(Client.ask(w1, "10.99.66.2", 8080, 1)).containsOnlyKeys("w3 10.99.65.2");

        assertThat(first.call(() -> plain.apply(there))).isEqualTo(new OverlayOutcome.Applied(1));
        assertThat(second.call(() -> theirs.apply(back))).isEqualTo(new OverlayOutcome.Applied(1));
        assertThat(first.run("ip", "-o", "link")).doesNotContain("bnyabcdef1");
        assertThat(Client.ask(w1, "10.99.66.2", 8080, 1)).containsOnlyKeys("w3 10.99.65.2");
    }

    @Test
    void doesNotConnectAPeerThatHasRoutesOnly() throws Exception {
        var plan = new OverlayPlan(2, FIRST, List.of(Peer.of("a2", "10.99.0.12", "10.99.66.0/24")));

        var outcome = first.call(() -> driver.apply(plan));

        assertThat(outcome).isInstanceOfSatisfying(OverlayOutcome.Failed.class, failed -> assertThat(failed.problems())
                .singleElement()
                .asString()
                .contains("agent a2", "in the clear"));
        assertThat(first.run("ip", "-4", "route")).doesNotContain("10.99.66.0/24");
    }
}
