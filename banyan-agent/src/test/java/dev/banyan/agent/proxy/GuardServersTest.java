package dev.banyan.agent.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.wire.Client;
import dev.banyan.agent.wire.Namespace;
import dev.banyan.agent.wire.TestServers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Ports that are open on one address, or to some clients, and clients that keep their backend. */
@Tag("servers")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GuardServersTest {
    private static final String REFUSED = "ConnectException: Connection refused";
    private static final Ipv4Address SERVICE = Ipv4Address.parse("10.99.128.3");
    private static final Duration HOUR = Duration.ofHours(1);

    private TestServers all;
    private TwoServers servers;
    private NftablesProxy one;
    private NftablesProxy two;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        all = TestServers.start();
        servers = TwoServers.on(all, folder);
        one = servers.proxy(servers.first());
        two = servers.proxy(servers.second());
        serve(backends());
    }

    @AfterAll
    void stop() throws Exception {
        TestServers.close(all);
    }

    private static List<Backend> backends() {
        return List.of(TwoServers.W1, TwoServers.W2, TwoServers.W3);
    }

    private List<PortTaken> serve(List<Backend> kept) throws Exception {
        var taken = new ArrayList<PortTaken>();
        taken.addAll(serve(servers.first(), one, TwoServers.FIRST, kept));
        taken.addAll(serve(servers.second(), two, TwoServers.SECOND, kept));
        return taken;
    }

    private static List<PortTaken> serve(
            Namespace server, NftablesProxy proxy, ClusterRanges ranges, List<Backend> kept) throws Exception {
        var hour = Optional.of(new Affinity(SERVICE, HOUR));
        var guarded = Stream.of(Protocol.values())
                .flatMap(protocol -> Stream.of(
                        guarded(protocol, new Entrance.Published(90), "10.99.0.20", "10.99.65.2"),
                        guarded(protocol, new Entrance.Addressed(Ipv4Address.parse("127.0.0.1"), 91)),
                        guarded(protocol, new Entrance.Addressed(Ipv4Address.parse("10.99.0.11"), 92))));
        var frontends = new ArrayList<>(guarded.toList());
        frontends.add(new Frontend(
                Protocol.TCP, List.of(new Entrance.Published(93)), kept, Frontend.Allowed.EVERYWHERE, hour));
        for (var protocol : Protocol.values()) {
            var entrance = new Entrance.Addressed(Ipv4Address.parse("10.99.0.11"), 94);
            frontends.add(new Frontend(protocol, List.of(entrance), List.of()));
        }
        var addresses = kept.stream().map(Backend::address).toList();
        var set = new ProxySet(7, ranges, frontends, List.of(new VirtualService(SERVICE, addresses, HOUR)));
        var outcome = server.call(() -> proxy.apply(set));
        assertThat(outcome).isInstanceOf(ProxyOutcome.Applied.class);
        return outcome.taken();
    }

    private static Frontend guarded(Protocol protocol, Entrance entrance, String... ranges) {
        var allowed = Frontend.Allowed.parse(List.of(ranges));
        return new Frontend(protocol, List.of(entrance), List.of(TwoServers.W1), allowed, Optional.empty());
    }

    private static String answer(Namespace from, String address, int port) throws Exception {
        return String.join(" or ", Client.ask(from, address, port, 12).keySet());
    }

    private static String datagram(Namespace from, String address, int port) throws Exception {
        return String.join(" or ", Client.askByDatagram(from, address, port, 1).keySet());
    }

    @Test
    void leadsThoseWhoMayAndRefusesOthersAtOnce() throws Exception {
        assertThat(answer(servers.client(), "10.99.0.11", 90)).isEqualTo("w1 10.99.0.20");
        assertThat(datagram(servers.client(), "10.99.0.11", 90)).isEqualTo("w1 10.99.0.20");
        assertThat(answer(servers.second(), "10.99.0.11", 90)).isEqualTo(REFUSED);
        assertThat(datagram(servers.second(), "10.99.0.11", 90)).isEqualTo("PortUnreachableException");
        assertThat(answer(servers.w1(), "10.99.0.11", 90)).isEqualTo("w1 10.99.65.1");
    }

    @Test
    void doesNotAskProgramsOfTheServerItself() throws Exception {
        assertThat(answer(servers.first(), "127.0.0.1", 90)).isEqualTo("w1 10.99.65.1");
        assertThat(answer(servers.first(), "10.99.0.11", 90)).isEqualTo("w1 10.99.0.11");
    }

    @Test
    void opensAPortOnLoopbackToProgramsOfTheServerAlone() throws Exception {
        assertThat(answer(servers.first(), "127.0.0.1", 91)).isEqualTo("w1 10.99.65.1");
        assertThat(datagram(servers.first(), "127.0.0.1", 91)).isEqualTo("w1 10.99.65.1");
        for (var from : List.of(servers.first(), servers.client(), servers.w1())) {
            assertThat(answer(from, "10.99.0.11", 91)).as(from.name()).isEqualTo(REFUSED);
        }
    }

    @Test
    void opensAPortOfOneAddressWhereThatIs() throws Exception {
        for (var from : List.of(servers.client(), servers.first())) {
            assertThat(answer(from, "10.99.0.11", 92)).as(from.name()).startsWith("w1 ");
            assertThat(answer(from, "10.99.0.12", 92)).as(from.name()).isEqualTo(REFUSED);
        }
        assertThat(answer(servers.first(), "127.0.0.1", 92)).isEqualTo(REFUSED);
        // By the other server it is led there, and not to the backend at once.
        assertThat(answer(servers.second(), "10.99.0.11", 92)).isEqualTo("w1 10.99.0.12");
    }

    @Test
    void refusesAtOnceAPortOfOneAddressThatNobodyAnswersOn() throws Exception {
        assertThat(answer(servers.client(), "10.99.0.11", 94)).isEqualTo(REFUSED);
        assertThat(datagram(servers.client(), "10.99.0.11", 94)).isEqualTo("PortUnreachableException");
    }

    @Test
    void tellsAnAddressThatTheServerDoesNotHave() throws Exception {
        assertThat(serve(backends()))
                .extracting(PortTaken::describe)
                .containsExactly(
                        "port 92/tcp of 10.99.0.11 is on no address of this server",
                        "port 92/udp of 10.99.0.11 is on no address of this server",
                        "port 94/tcp of 10.99.0.11 is on no address of this server",
                        "port 94/udp of 10.99.0.11 is on no address of this server");
    }

    @Test
    void hasAClientKeepItsBackendWhateverComesAndGoes() throws Exception {
        var first = replica(servers.client(), "10.99.0.11", 93);
        assertThat(replica(servers.client(), "10.99.0.12", 93))
                .as("by the other server")
                .isEqualTo(first);

        serve(backends().stream()
                .filter(backend -> !name(backend).equals(first))
                .toList());
        var second = replica(servers.client(), "10.99.0.11", 93);
        assertThat(second).isNotEqualTo(first);

        serve(backends());
        assertThat(replica(servers.client(), "10.99.0.11", 93))
                .as("once the first is back")
                .isEqualTo(second);
        assertThat(servers.first().call(one::verify)).isInstanceOf(ProxyCheck.Equal.class);
    }

    @Test
    void hasAClientKeepItsBackendByEveryWayIn() throws Exception {
        var byPort = replica(servers.w1(), "10.99.0.11", 93);

        assertThat(replica(servers.w1(), SERVICE.toString(), 8080)).isEqualTo(byPort);
        assertThat(Client.askByDatagram(servers.w1(), SERVICE.toString(), 8080, 5)
                        .keySet())
                .singleElement()
                .asString()
                .startsWith(byPort + " ");
    }

    /** The one that answers every time. */
    private static String replica(Namespace from, String address, int port) throws Exception {
        return answer(from, address, port).replaceFirst(" [0-9.]+$", "");
    }

    private static String name(Backend backend) {
        return backend.equals(TwoServers.W1) ? "w1" : backend.equals(TwoServers.W2) ? "w2" : "w3";
    }
}
