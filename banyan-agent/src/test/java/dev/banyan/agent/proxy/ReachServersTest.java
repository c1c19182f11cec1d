package dev.banyan.agent.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.wire.Client;
import dev.banyan.agent.wire.Namespace;
import dev.banyan.agent.wire.TestServers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
    private static final int TIMES = 90;

    private TestServers all;
    private Namespace first;
    private Namespace second;
    private Namespace client;
    private Namespace w1;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        all = TestServers.start();
        var servers = TwoServers.on(all, folder);
        first = servers.first();
        second = servers.second();
        client = servers.client();
        w1 = servers.w1();
        serve(first, servers.proxy(first), TwoServers.FIRST);
        serve(second, servers.proxy(second), TwoServers.SECOND);
    }

    @AfterAll
    void stop() throws Exception {
        TestServers.close(all);
    }

    private static void serve(Namespace server, NftablesProxy proxy, ClusterRanges ranges) throws Exception {
        var backends = List.of(TwoServers.W1, TwoServers.W2, TwoServers.W3);
        var served = List.of(new Entrance.Published(80), TwoServers.virtual(1));
        var empty = List.of(new Entrance.Published(81), TwoServers.virtual(2));
        var set = new ProxySet(
                7,
                ranges,
                List.of(
                        new Frontend(Protocol.TCP, served, backends),
                        new Frontend(Protocol.UDP, served, backends),
                        new Frontend(Protocol.TCP, empty, List.of()),
                        new Frontend(Protocol.UDP, empty, List.of()),
                        new Frontend(Protocol.TCP, List.of(new Entrance.Published(82)), weighted())));
        assertThat(server.call(() -> proxy.apply(set))).isInstanceOf(ProxyOutcome.Applied.class);
        assertThat(server.call(proxy::verify)).isInstanceOf(ProxyCheck.Equal.class);
    }

    private static List<Backend> weighted() {
        return List.of(
                new Backend(Ipv4Address.parse("10.99.65.2"), 8080, 9),
                new Backend(Ipv4Address.parse("10.99.65.3"), 8080, 1));
    }

    /** Three even shares of {@link #TIMES}; beyond these bounds lies less than one run in a million. */
    private static void assertSpread(Map<String, Integer> answers, String... expected) {
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

        assertSpread(answers, "w1 10.99.65.1", "w2 10.99.65.2", "w3 10.99.0.11");
    }

    @Test
    void servesContainersOnThePublishedPortOfAnotherServer() throws Exception {
        var answers = Client.ask(w1, "10.99.0.12", 80, TIMES);

        assertSpread(answers, "w1 10.99.0.12", "w2 10.99.0.12", "w3 10.99.0.11");
    }

    @Test
    void spreadsDatagramsOnEveryWay() throws Exception {
        assertSpread(
                Client.askByDatagram(client, "10.99.0.11", 80, TIMES),
                "w1 10.99.0.20",
                "w2 10.99.0.20",
                "w3 10.99.0.11");
        assertSpread(
                Client.askByDatagram(first, "127.0.0.1", 80, TIMES), "w1 10.99.65.1", "w2 10.99.65.1", "w3 10.99.0.11");
        assertSpread(
                Client.askByDatagram(w1, "10.99.128.1", 80, TIMES), "w1 10.99.65.1", "w2 10.99.65.2", "w3 10.99.65.2");
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
            assertThat(Client.ask(where, "10.99.128.2", 80, 1))
                    .containsOnlyKeys("ConnectException: Connection refused");
            assertThat(Client.ask(where, "10.99.128.1", 99, 1))
                    .containsOnlyKeys("ConnectException: Connection refused");
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
