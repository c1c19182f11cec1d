package dev.banyan.agent.plane;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.CommandLine;
import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.host.PortHold.Transport;
import dev.banyan.agent.network.OverlayCheck;
import dev.banyan.agent.network.OverlayOutcome;
import dev.banyan.agent.network.OverlayPlan;
import dev.banyan.agent.network.Peer;
import dev.banyan.agent.network.PlainRoutes;
import dev.banyan.agent.plane.rules.End;
import dev.banyan.agent.proxy.Backend;
import dev.banyan.agent.proxy.Entrance;
import dev.banyan.agent.proxy.Frontend;
import dev.banyan.agent.proxy.NftablesProxy;
import dev.banyan.agent.proxy.PortTaken;
import dev.banyan.agent.proxy.Protocol;
import dev.banyan.agent.proxy.ProxyCheck;
import dev.banyan.agent.proxy.ProxyOutcome;
import dev.banyan.agent.proxy.ProxySet;
import dev.banyan.agent.proxy.VirtualService;
import dev.banyan.runtime.env.SeededRandom;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.simulation.fault.FaultPlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every way that a request can take between two servers, by the rules and routes that the agent makes; real kernels say the same. */
class WireTest {
    private static final ClusterRanges FIRST = ClusterRanges.of("10.99.64.0/18", "10.99.128.0/18", "10.99.65.0/24");
    private static final ClusterRanges SECOND = ClusterRanges.of("10.99.64.0/18", "10.99.128.0/18", "10.99.66.0/24");
    private static final Asker CLIENT = new Asker.Program("client");
    private static final Asker A1 = new Asker.Program("a1");
    private static final Asker A2 = new Asker.Program("a2");
    private static final Asker W1 = container("a1", "10.99.65.2");

    @TempDir
    private Path folder;

    private final Simulation simulation = new Simulation(7);
    private final Wire wire = new Wire("10.99.0.0/24", note -> {});
    private final List<String> onFirst = new ArrayList<>(List.of("10.99.65.2", "10.99.65.3"));
    private final List<String> onSecond = new ArrayList<>(List.of("10.99.66.2"));
    private final ServerKernel first = wire.server("a1", "10.99.0.11", () -> onFirst);
    private final ServerKernel second = wire.server("a2", "10.99.0.12", () -> onSecond);
    private final Map<String, SimulatedProcess> agents = new HashMap<>();
    private final Map<String, NftablesProxy> proxies = new HashMap<>();
    private final Map<String, PlainRoutes> overlays = new HashMap<>();

    @BeforeEach
    void connect() throws Exception {
        var ignored = wire.server("client", "10.99.0.20", List::of);
        for (var kernel : List.of(first, second)) {
            agent(kernel);
            route(kernel);
        }
    }

    @AfterEach
    void close() {
        simulation.close();
    }

    private static Asker container(String server, String address) {
        return new Asker.Container(server, Ipv4Address.parse(address));
    }

    private void agent(ServerKernel kernel) {
        var process = simulation.process(kernel.name());
        var way = new KernelWay(kernel, process, FaultPlan.none(1));
        var disk = folder.resolve(kernel.name());
        agents.put(kernel.name(), process);
        proxies.put(kernel.name(), new NftablesProxy(new SystemEnv().tasks(), "abcdef0", way, way, disk));
        overlays.put(kernel.name(), new PlainRoutes("abcdef0", way, way, disk));
    }

    private void route(ServerKernel kernel) throws Exception {
        var plan = kernel == first
                ? new OverlayPlan(1, FIRST, List.of(Peer.of("a2", "10.99.0.12", "10.99.66.0/24")))
                : new OverlayPlan(1, SECOND, List.of(Peer.of("a1", "10.99.0.11", "10.99.65.0/24")));
        assertThat(overlay(kernel).apply(plan)).isEqualTo(new OverlayOutcome.Applied(1));
        assertThat(overlay(kernel).verify()).isEqualTo(new OverlayCheck.Equal());
    }

    private PlainRoutes overlay(ServerKernel kernel) {
        return Objects.requireNonNull(overlays.get(kernel.name()));
    }

    private NftablesProxy proxy(ServerKernel kernel) {
        return Objects.requireNonNull(proxies.get(kernel.name()));
    }

    private static ProxySet set(ServerKernel kernel, String... backends) {
        var ranges = kernel.name().equals("a1") ? FIRST : SECOND;
        var behind = List.of(backends);
        var led = behind.stream().map(address -> Backend.of(address, 8080)).toList();
        List<Entrance> entrances =
                List.of(new Entrance.Published(80), new Entrance.Virtual(Ipv4Address.parse("10.99.128.1"), 80));
        return new ProxySet(
                7,
                ranges,
                List.of(new Frontend(Protocol.TCP, entrances, led), new Frontend(Protocol.UDP, entrances, led)),
                List.of(new VirtualService(
                        Ipv4Address.parse("10.99.128.2"),
                        behind.stream().map(Ipv4Address::parse).toList())));
    }

    private ProxyOutcome serve(ServerKernel kernel, String... backends) throws Exception {
        return proxy(kernel).apply(set(kernel, backends));
    }

    private void serveAll() throws Exception {
        for (var kernel : List.of(first, second)) {
            assertThat(serve(kernel, "10.99.65.2", "10.99.65.3", "10.99.66.2"))
                    .isInstanceOf(ProxyOutcome.Applied.class);
            assertThat(proxy(kernel).verify()).isInstanceOf(ProxyCheck.Equal.class);
        }
    }

    private TreeSet<String> ask(Asker asker, String to, int port) {
        return ask(asker, Protocol.TCP, to, port);
    }

    private TreeSet<String> ask(Asker asker, Protocol protocol, String to, int port) {
        var words = new TreeSet<String>();
        wire.reach(asker, protocol, to, port).forEach(reach -> words.add(word(reach)));
        return words;
    }

    private static String word(Reach reach) {
        return switch (reach) {
            case Reach.Reached(var ignored, var towards, var from) -> towards + " from " + from;
            case Reach.Refused refused -> "refused";
            case Reach.Unreachable unreachable -> "unreachable";
            case Reach.Lost lost -> lost.why();
        };
    }

    private static String w1(String from) {
        return "10.99.65.2:8080 from " + from;
    }

    private static String w2(String from) {
        return "10.99.65.3:8080 from " + from;
    }

    private static String w3(String from) {
        return "10.99.66.2:8080 from " + from;
    }

    @Test
    void keepsTheAddressOfAnOutsideClientForLocalBackendsOnly() throws Exception {
        serveAll();

        assertThat(ask(CLIENT, "10.99.0.11", 80)).containsExactly(w1("10.99.0.20"), w2("10.99.0.20"), w3("10.99.0.11"));
        assertThat(ask(CLIENT, "10.99.0.12", 80)).containsExactly(w1("10.99.0.12"), w2("10.99.0.12"), w3("10.99.0.20"));
    }

    @Test
    void servesTheServerItself() throws Exception {
        serveAll();

        assertThat(ask(A1, "127.0.0.1", 80)).containsExactly(w1("10.99.65.1"), w2("10.99.65.1"), w3("10.99.0.11"));
        assertThat(ask(A1, "10.99.0.11", 80)).containsExactly(w1("10.99.0.11"), w2("10.99.0.11"), w3("10.99.0.11"));
        assertThat(ask(A2, "10.99.128.1", 80)).containsExactly(w1("10.99.0.12"), w2("10.99.0.12"), w3("10.99.66.1"));
        assertThat(ask(A2, "10.99.128.2", 8080)).containsExactly(w1("10.99.0.12"), w2("10.99.0.12"), w3("10.99.66.1"));
    }

    @Test
    void keepsTheAddressOfAContainerButNotForItself() throws Exception {
        serveAll();
        var kept = new String[] {w1("10.99.65.1"), w2("10.99.65.2"), w3("10.99.65.2")};

        for (var protocol : Protocol.values()) {
            assertThat(ask(W1, protocol, "10.99.128.1", 80)).containsExactly(kept);
            assertThat(ask(W1, protocol, "10.99.128.2", 8080)).containsExactly(kept);
            // The other server could not tell a published port from a virtual address.
            assertThat(ask(W1, protocol, "10.99.0.11", 80))
                    .containsExactly(w1("10.99.65.1"), w2("10.99.65.2"), w3("10.99.0.11"));
            assertThat(ask(W1, protocol, "10.99.0.12", 80))
                    .containsExactly(w1("10.99.0.12"), w2("10.99.0.12"), w3("10.99.0.11"));
        }
    }

    @Test
    void connectsContainersOfTwoServersAndTheWorld() {
        assertThat(ask(W1, "10.99.66.2", 8080)).containsExactly(w3("10.99.65.2"));
        assertThat(ask(A2, "10.99.65.2", 8080)).containsExactly(w1("10.99.0.12"));
        assertThat(wire.server("client").serve(Transport.TCP, 8080, "outside")).isTrue();
        assertThat(ask(W1, "10.99.0.20", 8080)).containsExactly("10.99.0.20:8080 from 10.99.0.11");
    }

    @Test
    void refusesAtOnceWhereNobodyAnswers() throws Exception {
        for (var kernel : List.of(first, second)) {
            assertThat(serve(kernel)).isInstanceOf(ProxyOutcome.Applied.class);
        }

        for (var asker : List.of(CLIENT, A1, W1)) {
            assertThat(ask(asker, "10.99.0.11", 80)).containsExactly("refused");
        }
        for (var asker : List.of(A1, W1)) {
            assertThat(ask(asker, "10.99.128.1", 80)).containsExactly("refused");
            assertThat(ask(asker, Protocol.UDP, "10.99.128.2", 80)).containsExactly("refused");
        }
        assertThat(ask(W1, "10.99.65.99", 80)).containsExactly("unreachable");
        assertThat(ask(W1, "10.99.66.99", 80)).containsExactly("unreachable");
    }

    @Test
    void passesAFirewallThatDropsWhatItDoesNotKnow() throws Exception {
        first.dropForwarded();
        second.dropForwarded();
        serveAll();
        assertThat(ask(W1, "10.99.66.2", 8080)).containsExactly("rules of a1 drop it");
        assertThat(overlay(first).verify()).isInstanceOf(OverlayCheck.Different.class);

        route(first);
        route(second);

        assertThat(ask(W1, "10.99.66.2", 8080)).containsExactly(w3("10.99.65.2"));
        assertThat(ask(CLIENT, "10.99.0.11", 80)).hasSize(3).noneMatch(word -> word.contains("drop"));
    }

    @Test
    void leavesOutsidersToThatFirewall() throws Exception {
        first.dropForwarded();
        route(first);
        var told = wire.server("client")
                .run(CommandLine.of(
                        "ip", "-4", "route", "replace", "10.99.65.0/24", "via", "10.99.0.11", "proto", "3"));
        assertThat(told.succeeded()).isTrue();

        assertThat(ask(CLIENT, "10.99.65.2", 8080)).containsExactly("rules of a1 drop it");
    }

    @Test
    void losesTheWayWhenSomebodyTakesItAwayAndFindsItAgain() throws Exception {
        serveAll();
        first.flush();
        assertThat(ask(W1, "10.99.128.1", 80)).noneMatch(word -> word.contains(" from "));
        assertThat(proxy(first).verify()).isInstanceOf(ProxyCheck.Different.class);
        first.dropRoutes();
        assertThat(overlay(first).verify()).isInstanceOf(OverlayCheck.Different.class);

        route(first);
        serveAll();

        assertThat(ask(W1, "10.99.128.1", 80)).hasSize(3).allMatch(word -> word.contains(" from "));
    }

    @Test
    void servesNothingAfterARebootUntilTheAgentResumes() throws Exception {
        serveAll();
        first.reboot();
        assertThat(ask(CLIENT, "10.99.0.11", 80)).containsExactly("refused");

        agent(first);
        assertThat(overlay(first).resume()).contains(new OverlayOutcome.Applied(1));
        assertThat(proxy(first).resume()).isPresent();

        assertThat(ask(CLIENT, "10.99.0.11", 80)).hasSize(3).allMatch(word -> word.contains(" from "));
    }

    @Test
    void leavesAPortToWhoHasItAndSaysWho() throws Exception {
        assertThat(first.serve(Transport.TCP, 80, "nginx")).isTrue();

        var outcome = serve(first, "10.99.65.2");

        assertThat(outcome.taken()).containsExactly(new PortTaken(Protocol.TCP, 80, "nginx (pid 612)"));
        assertThat(ask(CLIENT, "10.99.0.11", 80)).containsExactly("10.99.0.11:80 from 10.99.0.20");
        assertThat(ask(CLIENT, Protocol.UDP, "10.99.0.11", 80)).containsExactly(w1("10.99.0.20"));
        first.free(Transport.TCP, 80, "nginx");
        assertThat(proxy(first).verify()).isInstanceOf(ProxyCheck.Different.class);
        assertThat(serve(first, "10.99.65.2").taken()).isEmpty();
    }

    @Test
    void holdsPortsAsLongAsTheAgentLives() throws Exception {
        serveAll();
        assertThat(first.serve(Transport.TCP, 80, "nginx")).isFalse();
        assertThat(first.holder(Transport.TCP, 80)).contains("a1");

        Objects.requireNonNull(agents.get("a1")).kill();

        assertThat(first.serve(Transport.TCP, 80, "nginx")).isTrue();
    }

    @Test
    void keepsAFlowWithItsBackend() throws Exception {
        serveAll();
        var random = new SeededRandom(3);
        var flows = new ArrayList<Connection>();
        for (int i = 0; i < 12; i++) {
            flows.add(wire.connect(CLIENT, Protocol.TCP, End.of("10.99.0.11", 80), random));
            flows.add(wire.connect(W1, Protocol.UDP, End.of("10.99.128.1", 80), random));
        }
        assertThat(flows)
                .extracting(flow -> flow.began().towards().toString())
                .contains("10.99.65.2:8080", "10.99.66.2:8080");

        assertThat(serve(first, "10.99.66.2")).isInstanceOf(ProxyOutcome.Applied.class);

        for (var flow : flows) {
            boolean stays = flow.began().towards().toString().startsWith("10.99.66.2");
            boolean tcp = flows.indexOf(flow) % 2 == 0;
            assertThat(flow.lasts()).as(flow.began().toString()).isEqualTo(stays || tcp);
            flow.close();
        }
        assertThat(first.flows()).isEmpty();
        assertThat(second.flows()).isEmpty();
    }

    @Test
    void leadsADatagramFlowThatBeganBeforeItsPortWasOpen() throws Exception {
        assertThat(wire.server("client").serve(Transport.UDP, 80, "nobody")).isTrue();
        var early = wire.connect(CLIENT, Protocol.UDP, End.of("10.99.0.11", 80), new SeededRandom(3));
        assertThat(early.began()).isInstanceOf(Reach.Refused.class);

        assertThat(serve(first, "10.99.65.2")).isInstanceOf(ProxyOutcome.Applied.class);

        assertThat(word(early.next())).isEqualTo(w1("10.99.0.20"));
    }

    @Test
    void takesDatagramsToAHeldPortWithoutRulesAndRefusesConnections() throws Exception {
        serveAll();
        first.flush();

        assertThat(ask(CLIENT, Protocol.UDP, "10.99.0.11", 80)).containsExactly("nobody reads it");
        assertThat(ask(CLIENT, Protocol.TCP, "10.99.0.11", 80)).containsExactly("refused");
    }

    @Test
    void tellsAProgramAtOnceThatNoWayLeadsThereUnlessItIsLedElsewhere() throws Exception {
        serveAll();
        first.dropRoutes();

        assertThat(ask(A1, "10.99.128.1", 80)).containsExactly("unreachable");
        assertThat(ask(A1, "10.99.0.11", 80))
                .containsExactlyInAnyOrder(w1("10.99.0.11"), w2("10.99.0.11"), "it is led where no way leads");
        assertThat(ask(W1, "10.99.66.2", 80)).containsExactly("unreachable");
    }

    @Test
    void losesARefusalThatDoesNotFindItsWayBack() throws Exception {
        serveAll();
        first.flush();
        first.dropRoutes();
        var w3 = container("a2", "10.99.66.2");
        assertThat(ask(w3, "10.99.0.11", 80)).containsExactly("refused");

        second.flush();

        assertThat(ask(w3, "10.99.0.11", 80)).containsExactly("nobody hears that it is refused");
    }

    @Test
    void losesWhatIsSentToAServerThatIsUnplugged() throws Exception {
        serveAll();
        second.plug(false);

        assertThat(ask(W1, "10.99.66.2", 8080)).containsExactly("nobody has 10.99.0.12");
        assertThat(ask(CLIENT, "10.99.0.12", 80)).containsExactly("nobody has 10.99.0.12");
    }

    @Test
    void saysThatAPeerIsNotOnTheLink() throws Exception {
        var plan = new OverlayPlan(2, FIRST, List.of(Peer.of("far", "192.0.2.1", "10.99.67.0/24")));

        assertThat(overlay(first).apply(plan))
                .isInstanceOfSatisfying(OverlayOutcome.Failed.class, failed -> assertThat(failed.problems())
                        .singleElement()
                        .asString()
                        .contains("via 192.0.2.1", "invalid gateway"));
    }

    @Test
    void leavesTheKernelAsItWas() throws Exception {
        serveAll();
        proxy(first).remove();
        overlay(first).remove();

        assertThat(first.tables().all()).isEmpty();
        assertThat(first.setting("net/ipv4/ip_forward")).contains("0");
        assertThat(first.holder(Transport.TCP, 80)).isEmpty();
        assertThat(first.route(Ipv4Address.parse("10.99.66.2"))).isEmpty();
    }
}
