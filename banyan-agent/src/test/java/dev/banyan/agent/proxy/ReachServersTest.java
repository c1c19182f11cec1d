package dev.banyan.agent.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.network.OverlayOutcome;
import dev.banyan.agent.network.OverlayPlan;
import dev.banyan.agent.network.Peer;
import dev.banyan.agent.network.PlainRoutes;
import dev.banyan.agent.wire.Client;
import dev.banyan.agent.wire.Namespace;
import dev.banyan.agent.wire.TestServers;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Two servers, two containers on the first and one on the second, a client beside them: every way a connection can take. */
@Tag("servers")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReachServersTest {
    private static final ClusterRanges FIRST = ClusterRanges.of("10.99.64.0/18", "10.99.128.0/18", "10.99.65.0/24");
    private static final ClusterRanges SECOND = ClusterRanges.of("10.99.64.0/18", "10.99.128.0/18", "10.99.66.0/24");
    private static final int TIMES = 90;

    private Path folder;
    private TestServers servers;
    private Namespace first;
    private Namespace second;
    private Namespace client;
    private Namespace w1;

    @BeforeAll
    void start(@TempDir Path state) throws Exception {
        folder = state;
        servers = TestServers.start();
        first = servers.server("a1", 11);
        second = servers.server("a2", 12);
        client = servers.server("cl", 20);
        w1 = servers.container(first, "w1", "10.99.65.2");
        servers.echo(w1, "w1", 8080);
        servers.echo(servers.container(first, "w2", "10.99.65.3"), "w2", 8080);
        servers.echo(servers.container(second, "w3", "10.99.66.2"), "w3", 8080);
        route(first, FIRST, Peer.of("a2", "10.99.0.12", "10.99.66.0/24"));
        route(second, SECOND, Peer.of("a1", "10.99.0.11", "10.99.65.0/24"));
        serve(first, FIRST);
        serve(second, SECOND);
    }

    @AfterAll
    void stop() throws Exception {
        TestServers.close(servers);
    }

    private void route(Namespace server, ClusterRanges ranges, Peer peer) throws Exception {
        var plan = new OverlayPlan(1, ranges, List.of(peer));
        var routes = new PlainRoutes("abcdef0", Namespace.commands(), folder.resolve(server.name()));
        assertThat(server.call(() -> routes.apply(plan))).isEqualTo(new OverlayOutcome.Applied(1));
    }

    private void serve(Namespace server, ClusterRanges ranges) throws Exception {
        var all = List.of(
                Backend.of("10.99.65.2", 8080), Backend.of("10.99.65.3", 8080), Backend.of("10.99.66.2", 8080));
        var set = new ProxySet(
                7,
                ranges,
                List.of(
                        new Frontend(Protocol.TCP, List.of(new Entrance.Published(80), virtual(1)), all),
                        new Frontend(Protocol.UDP, List.of(new Entrance.Published(80), virtual(1)), all),
                        new Frontend(Protocol.TCP, List.of(new Entrance.Published(81), virtual(2)), List.of()),
                        new Frontend(Protocol.UDP, List.of(new Entrance.Published(81), virtual(2)), List.of()),
                        new Frontend(Protocol.TCP, List.of(new Entrance.Published(82)), weighted())));
        var proxy = new NftablesProxy("abcdef0", Namespace.commands(), folder.resolve(server.name()));
        assertThat(server.call(() -> proxy.apply(set))).isInstanceOf(ProxyOutcome.Applied.class);
        assertThat(server.call(proxy::verify)).isInstanceOf(ProxyCheck.Equal.class);
    }

    private static List<Backend> weighted() {
        return List.of(
                new Backend(Ipv4Address.parse("10.99.65.2"), 8080, 9),
                new Backend(Ipv4Address.parse("10.99.65.3"), 8080, 1));
    }

    private static Entrance virtual(int last) {
        return new Entrance.Virtual(Ipv4Address.parse("10.99.128." + last), 80);
    }

    /** Three even shares of {@link #TIMES}; beyond these bounds lies less than one run in a million. */
    private static void assertSpread(java.util.Map<String, Integer> answers, String... expected) {
        assertThat(answers).containsOnlyKeys(expected);
        assertThat(answers.values()).allMatch(count -> count >= 8 && count <= 55);
    }

    @Test
    void keepsTheAddressOfAnOutsideClientForLocalBackendsOnly() throws Exception {
        var answers = Client.ask(client, "10.99.0.11", 80, TIMES);

        assertSpread(answers, "w1 10.99.0.20", "w2 10.99.0.20", "w3 10.99.0.11");
    }

    @Test
    void servesThePublishedPortOnEveryServer() throws Exception {
        var answers = Client.ask(client, "10.99.0.12", 80, TIMES);

        assertSpread(answers, "w1 10.99.0.12", "w2 10.99.0.12", "w3 10.99.0.20");
    }

    @Test
    void servesTheServerItselfOnLoopback() throws Exception {
        var answers = Client.ask(first, "127.0.0.1", 80, TIMES);

        assertSpread(answers, "w1 10.99.65.1", "w2 10.99.65.1", "w3 10.99.0.11");
    }

    @Test
    void servesTheServerItselfOnItsOwnAddress() throws Exception {
        var answers = Client.ask(first, "10.99.0.11", 80, TIMES);

        assertSpread(answers, "w1 10.99.0.11", "w2 10.99.0.11", "w3 10.99.0.11");
    }

    @Test
    void servesTheServerItselfOnTheVirtualAddress() throws Exception {
        var answers = Client.ask(second, "10.99.128.1", 80, TIMES);

        // Such a connection begins on loopback, where the range of virtual addresses is routed to.
        assertSpread(answers, "w1 10.99.0.12", "w2 10.99.0.12", "w3 10.99.66.1");
    }

    @Test
    void keepsTheAddressOfAContainerEvenForRemoteBackendsButNotForItself() throws Exception {
        var answers = Client.ask(w1, "10.99.128.1", 80, TIMES);

        assertSpread(answers, "w1 10.99.65.1", "w2 10.99.65.2", "w3 10.99.65.2");
    }

    @Test
    void servesContainersOnThePublishedPortOfTheirServer() throws Exception {
        var answers = Client.ask(w1, "10.99.0.11", 80, TIMES);

        assertSpread(answers, "w1 10.99.65.1", "w2 10.99.65.2", "w3 10.99.65.2");
    }

    @Test
    void servesContainersOnThePublishedPortOfAnotherServer() throws Exception {
        var answers = Client.ask(w1, "10.99.0.12", 80, TIMES);

        assertSpread(answers, "w1 10.99.0.12", "w2 10.99.0.12", "w3 10.99.0.11");
    }

    @Test
    void spreadsDatagramsOnEveryWay() throws Exception {
        assertSpread(Client.askByDatagram(client, "10.99.0.11", 80, TIMES), "w1 10.99.0.20", "w2 10.99.0.20", "w3 10.99.0.11");
        assertSpread(Client.askByDatagram(first, "127.0.0.1", 80, TIMES), "w1 10.99.65.1", "w2 10.99.65.1", "w3 10.99.0.11");
        assertSpread(Client.askByDatagram(w1, "10.99.128.1", 80, TIMES), "w1 10.99.65.1", "w2 10.99.65.2", "w3 10.99.65.2");
    }

    @Test
    void followsWeights() throws Exception {
        var answers = Client.ask(client, "10.99.0.11", 82, TIMES);

        assertThat(answers).containsOnlyKeys("w1 10.99.0.20", "w2 10.99.0.20");
        assertThat(answers.get("w1 10.99.0.20")).isGreaterThan(TIMES * 2 / 3);
    }

    @Test
    void refusesConnectionsAtOnceWhereNobodyAnswers() throws Exception {
        for (var where : List.of(client, first, w1)) {
            assertThat(Client.ask(where, "10.99.0.11", 81, 1)).containsOnlyKeys("ConnectException: Connection refused");
        }
        for (var where : List.of(first, w1)) {
            assertThat(Client.ask(where, "10.99.128.2", 80, 1)).containsOnlyKeys("ConnectException: Connection refused");
            assertThat(Client.ask(where, "10.99.128.1", 99, 1)).containsOnlyKeys("ConnectException: Connection refused");
        }
        assertThat(Client.ask(first, "127.0.0.1", 81, 1)).containsOnlyKeys("ConnectException: Connection refused");
    }

    @Test
    void refusesDatagramsAtOnceWhereNobodyAnswers() throws Exception {
        for (var where : List.of(client, first, w1)) {
            assertThat(Client.askByDatagram(where, "10.99.0.11", 81, 1))
                    .as(where.name())
                    .containsOnlyKeys("PortUnreachableException");
        }
        assertThat(Client.askByDatagram(w1, "10.99.128.2", 80, 1)).containsOnlyKeys("PortUnreachableException");
        // The kernel tells a program of the server at its very send.
        assertThat(Client.askByDatagram(first, "10.99.128.2", 80, 1)).containsOnlyKeys("IOException");
    }

    @Test
    void refusesConnectionsToAContainerThatIsGone() throws Exception {
        assertThat(Client.ask(w1, "10.99.65.99", 80, 1)).containsOnlyKeys("NoRouteToHostException: No route to host");
        assertThat(Client.ask(w1, "10.99.66.99", 80, 1)).containsOnlyKeys("NoRouteToHostException: No route to host");
    }
}
