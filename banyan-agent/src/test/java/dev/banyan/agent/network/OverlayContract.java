package dev.banyan.agent.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.firewall.LegacyFirewall;
import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.CommandRunner;
import dev.banyan.agent.wire.Client;
import dev.banyan.agent.wire.Namespace;
import dev.banyan.agent.wire.TestServers;
import dev.banyan.api.twin.TwinPrefix;
import dev.banyan.runtime.env.SystemEnv;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every overlay does, on real servers: two with a container each, and a host beside them that knows nothing of the cluster. The homes
 * of {@link OverlayDriver} inherit it.
 */
@Tag("servers")
abstract class OverlayContract {
    static final ClusterRanges FIRST = ClusterRanges.of("10.99.64.0/18", "10.99.128.0/18", "10.99.65.0/24");
    static final ClusterRanges SECOND = ClusterRanges.of("10.99.64.0/18", "10.99.128.0/18", "10.99.66.0/24");

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    TestServers all;
    Path folder;
    Namespace first;
    Namespace second;
    Namespace outside;
    Namespace w1;
    OverlayDriver driver;
    OverlayDriver others;

    /** A driver on {@code server}, with what it kept there before. */
    abstract OverlayDriver on(Namespace server, CommandRunner commands) throws Exception;

    /** The agent on {@code second} as a peer of this kind. */
    abstract Peer secondAsPeer() throws Exception;

    /** The agent on {@code first} as a peer of this kind. */
    abstract Peer firstAsPeer() throws Exception;

    /** Under which address a container of {@code first} sees the server {@code second}. */
    abstract String secondSeenByContainers();

    /** What somebody can do to {@code first} beyond what can be done to every overlay. */
    abstract List<List<String>> otherDamages();

    final OverlayDriver on(Namespace server) throws Exception {
        return on(server, Namespace.commands());
    }

    final OverlayPlan toSecond() throws Exception {
        return new OverlayPlan(1, FIRST, List.of(secondAsPeer()));
    }

    final OverlayPlan toFirst() throws Exception {
        return new OverlayPlan(1, SECOND, List.of(firstAsPeer()));
    }

    final void connectBoth() throws Exception {
        assertThat(first.call(() -> driver.apply(toSecond()))).isEqualTo(new OverlayOutcome.Applied(1));
        assertThat(second.call(() -> others.apply(toFirst()))).isEqualTo(new OverlayOutcome.Applied(1));
    }

    @BeforeEach
    final void start(@TempDir Path state) throws Exception {
        folder = state;
        all = TestServers.start();
        first = all.server("a1", 11);
        second = all.server("a2", 12);
        outside = all.server("cl", 20);
        w1 = all.container(first, "w1", "10.99.65.2");
        all.echo(w1, "w1", 8080);
        all.echo(all.container(second, "w3", "10.99.66.2"), "w3", 8080);
        all.echo(outside, "outside", 8080);
        driver = on(first);
        others = on(second);
    }

    @AfterEach
    final void stop() throws Exception {
        for (var server : List.of(first, second)) {
            // A program that is left would keep the namespace, whatever a test did to the files that tell of it.
            server.run("ip", "link");
            for (var line : server.run("ip", "-o", "link").lines().toList()) {
                var name = line.split(":? ")[1];
                if (name.startsWith("bny")) {
                    server.run("ip", "link", "del", "dev", name);
                }
            }
        }
        TestServers.close(all);
    }

    @Test
    void connectsContainersOfTwoServersUnderTheirOwnAddresses() throws Exception {
        connectBoth();

        assertThat(Client.ask(w1, "10.99.66.2", 8080, 3)).containsOnlyKeys("w3 10.99.65.2");
        assertThat(Client.ask(second, "10.99.65.2", 8080, 3)).containsOnlyKeys("w1 " + secondSeenByContainers());
    }

    @Test
    void passesAFirewallThatDropsWhatItDoesNotKnow() throws Exception {
        for (var server : List.of(first, second)) {
            server.run("iptables", "-P", "FORWARD", "DROP");
        }

        connectBoth();

        assertThat(Client.ask(w1, "10.99.66.2", 8080, 3)).containsOnlyKeys("w3 10.99.65.2");
        assertThat(Client.ask(second, "10.99.65.2", 8080, 3)).containsOnlyKeys("w1 " + secondSeenByContainers());
        assertThat(Client.ask(w1, "10.99.0.20", 8080, 3)).containsOnlyKeys("outside 10.99.0.11");
    }

    @Test
    void passesAFirewallOfIptablesLegacyAndLeavesItAsItWas() throws Exception {
        for (var server : List.of(first, second)) {
            server.run("iptables-legacy", "-P", "FORWARD", "DROP");
            server.run("iptables-legacy", "-A", "INPUT", "-s", "192.0.2.1", "-j", "DROP");
        }
        var before = first.run("iptables-legacy", "-S");
        connectBoth();
        for (var server : List.of(first, second)) {
            assertThat(server.call(() -> legacy().ensure())).isTrue();
            assertThat(server.call(() -> legacy().ensure())).isFalse();
        }

        assertThat(Client.ask(w1, "10.99.66.2", 8080, 3)).containsOnlyKeys("w3 10.99.65.2");
        assertThat(first.run("iptables-legacy", "-S", "INPUT").lines().skip(1).findFirst())
                .hasValue("-A INPUT -s 10.99.64.0/18 -d 127.0.53.53/32 -m comment --comment banyan_abcdef1_names"
                        + " -j ACCEPT");

        first.run("iptables-legacy", "-F", "FORWARD");
        assertThat(first.call(() -> legacy().ensure())).isTrue();
        assertThat(Client.ask(w1, "10.99.66.2", 8080, 1)).containsOnlyKeys("w3 10.99.65.2");

        first.call(() -> {
            legacy().remove();
            legacy().remove();
            return true;
        });
        assertThat(first.run("iptables-legacy", "-S")).isEqualTo(before);
    }

    @Test
    void isAcceptedByAFirewallOfIp6tablesLegacyToo() throws Exception {
        var ranges = FIRST.with(TwinPrefix.of("some cluster"));
        var legacy = new LegacyFirewall("abcdef1", Namespace.commands(), ranges, LegacyFirewall.NETWORK);
        first.run("ip6tables-legacy", "-P", "FORWARD", "DROP");

        assertThat(first.call(legacy::ensure)).isTrue();
        assertThat(first.call(legacy::ensure)).isFalse();

        assertThat(first.run("ip6tables-legacy", "-S").lines().filter(line -> line.startsWith("-A")))
                .containsExactly(
                        "-A FORWARD -m mark --mark 0x2000000/0x2000000 -m comment --comment banyan_abcdef1_net -j ACCEPT");
    }

    @Test
    void bringsNoTableOfIptablesLegacyIntoUse() throws Exception {
        connectBoth();

        assertThat(first.call(() -> legacy().ensure())).isFalse();

        assertThat(first.run("cat", "/proc/net/ip_tables_names")).isEmpty();
    }

    private static LegacyFirewall legacy() {
        return new LegacyFirewall("abcdef1", Namespace.commands(), FIRST, LegacyFirewall.NETWORK);
    }

    @Test
    void noticesAndMendsWhatOthersTookAway() throws Exception {
        first.run("iptables", "-P", "FORWARD", "DROP");
        connectBoth();
        var damages = new ArrayList<>(List.of(
                List.of("iptables", "-F", "FORWARD"),
                List.of("ip", "route", "del", "10.99.66.0/24"),
                List.of("nft", "delete", "table", "ip", "banyan_abcdef1_net"),
                List.of("sysctl", "-qw", "net.ipv4.ip_forward=0")));
        damages.addAll(otherDamages());
        for (var damage : damages) {
            first.run(damage.toArray(String[]::new));
            assertThat(first.call(driver::verify)).as(damage.toString()).isInstanceOf(OverlayCheck.Different.class);

            assertThat(first.call(() -> driver.apply(toSecond())))
                    .as(damage.toString())
                    .isEqualTo(new OverlayOutcome.Applied(1));

            assertThat(first.call(driver::verify)).as(damage.toString()).isEqualTo(new OverlayCheck.Equal());
            assertThat(Client.ask(w1, "10.99.66.2", 8080, 1))
                    .as(damage.toString())
                    .containsOnlyKeys("w3 10.99.65.2");
        }
    }

    @Test
    void adoptsWhatIsRightAfterARestart() throws Exception {
        first.run("iptables", "-P", "FORWARD", "DROP");
        connectBoth();
        try (var open = Client.connect(w1, "10.99.66.2", 8080)) {
            assertThat(open.ask()).isEqualTo("w3 10.99.65.2");
            var before = held();
            var written = new ArrayList<String>();
            var restarted = on(first, line -> {
                written.add(line.toString());
                return Namespace.commands().run(line);
            });

            assertThat(first.call(restarted::resume)).contains(new OverlayOutcome.Applied(1));

            assertThat(written)
                    .isNotEmpty()
                    .noneMatch(line -> line.contains(" -f")
                            || line.contains("replace")
                            || line.contains(" set ")
                            || line.contains(" add ")
                            || line.contains(" del "));
            assertThat(held()).isEqualTo(before);
            assertThat(open.ask()).isEqualTo("w3 10.99.65.2");
        }
    }

    private String held() throws Exception {
        return first.run("nft", "-a", "-s", "list", "ruleset")
                + first.run("ip", "-4", "-d", "route")
                + first.run("ip", "-o", "link");
    }

    @Test
    void disconnectsAPeerThatGoes() throws Exception {
        connectBoth();

        assertThat(first.call(() -> driver.apply(new OverlayPlan(2, FIRST, List.of()))))
                .isEqualTo(new OverlayOutcome.Applied(2));

        assertThat(first.run("ip", "-4", "route")).doesNotContain("10.99.66.0/24");
        assertThat(first.call(driver::verify)).isEqualTo(new OverlayCheck.Equal());
        assertThat(first.call(() -> driver.apply(toSecond()))).isEqualTo(new OverlayOutcome.Applied(1));
        assertThat(Client.ask(w1, "10.99.66.2", 8080, 1)).containsOnlyKeys("w3 10.99.65.2");
    }

    @Test
    void leavesTheServerAsItWasFound() throws Exception {
        first.run("iptables", "-P", "FORWARD", "DROP");
        first.run("iptables", "-A", "FORWARD", "-s", "10.99.0.20", "-j", "ACCEPT");
        var before = state();
        connectBoth();
        assertThat(state()).isNotEqualTo(before);

        var later = on(first);
        first.call(() -> {
            later.remove();
            later.remove();
            return true;
        });

        awaitState(before);
        assertThat(first.call(on(first)::resume)).isEmpty();
    }

    @Test
    void leavesRedirectsRefusedWhereTheyWere() throws Exception {
        first.run("sysctl", "-qw", "net.ipv4.ip_forward=0", "net.ipv4.conf.all.accept_redirects=0");
        var before = state();
        connectBoth();

        first.call(() -> {
            on(first).remove();
            return true;
        });

        awaitState(before);
    }

    @Test
    void leavesForwardingToOthersWhoCameLater() throws Exception {
        connectBoth();
        first.run("ip", "link", "add", "docker0", "type", "bridge");
        first.run("ip", "addr", "add", "10.99.70.1/24", "dev", "docker0");

        first.call(() -> {
            on(first).remove();
            return true;
        });

        assertThat(first.run("sysctl", "-n", "net.ipv4.ip_forward").strip()).isEqualTo("1");
    }

    /** The program of a tunnel ends by itself, and with it its socket, a little after its interface was taken away. */
    private void awaitState(List<String> wanted) throws Exception {
        await(() -> state().equals(wanted), () -> "not\n" + state() + "\nas it was\n" + wanted);
    }

    /** The kernel may take a packet in after who sent it goes on. */
    final void awaitOnePacket(String chain) throws Exception {
        await(
                () -> first.run("nft", "list", "chain", "ip", "seen", chain).contains("packets 1 "),
                () -> first.run("nft", "list", "chain", "ip", "seen", chain));
    }

    private static void await(Callable<Boolean> condition, Callable<String> seen) throws Exception {
        var env = new SystemEnv();
        var pause = env.signal();
        long begun = env.time().nanos();
        while (!condition.call()) {
            if (env.time().since(begun).compareTo(PATIENCE) > 0) {
                throw new AssertionError(seen.call());
            }
            var ignored = pause.await(Duration.ofMillis(20));
        }
    }

    private List<String> state() throws Exception {
        var state = new ArrayList<>(first.state());
        first.run("ip", "-o", "link").lines().map(line -> line.split(" ")[1]).forEach(state::add);
        return state;
    }
}
