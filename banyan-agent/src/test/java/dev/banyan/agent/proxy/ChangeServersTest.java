package dev.banyan.agent.proxy;

import static dev.banyan.agent.proxy.TwoServers.FIRST;
import static dev.banyan.agent.proxy.TwoServers.W1;
import static dev.banyan.agent.proxy.TwoServers.W2;
import static dev.banyan.agent.proxy.TwoServers.W3;
import static dev.banyan.agent.proxy.TwoServers.both;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.wire.Client;
import dev.banyan.agent.wire.TestServers;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What changes of the set, of the kernel and of the process do to those who are connected. */
@Tag("servers")
class ChangeServersTest {
    private TestServers all;
    private TwoServers servers;
    private NftablesProxy proxy;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        all = TestServers.start();
        servers = TwoServers.on(all, folder);
        proxy = servers.proxy(servers.first());
    }

    @AfterEach
    void stop() throws Exception {
        TestServers.close(all);
    }

    private ProxyOutcome apply(ProxySet set) throws Exception {
        return onFirst(() -> proxy.apply(set));
    }

    private void applied(ProxySet set) throws Exception {
        assertThat(apply(set)).isInstanceOfSatisfying(ProxyOutcome.Applied.class, outcome -> {
            assertThat(outcome.revision()).isEqualTo(set.revision());
            assertThat(outcome.taken()).isEmpty();
        });
    }

    private <T> T onFirst(Callable<T> body) throws Exception {
        return servers.first().call(body);
    }

    private Map<String, Integer> ask(int times) throws Exception {
        return Client.ask(servers.client(), "10.99.0.11", 80, times);
    }

    /** Every table, rule and element with the numbers that the kernel gives anew to whatever is written. */
    private String kernel() throws Exception {
        return servers.first().run("nft", "-a", "-s", "list", "ruleset");
    }

    @Test
    void keepsAnEstablishedConnectionAtARemovedBackend() throws Exception {
        applied(both(1, W1));
        try (var early = Client.connect(servers.client(), "10.99.0.11", 80)) {
            assertThat(early.ask()).startsWith("w1");

            applied(both(2, W3));

            assertThat(ask(10)).containsOnlyKeys("w3 10.99.0.11");
            assertThat(early.ask()).startsWith("w1");
        }
    }

    @Test
    void keepsAnEstablishedConnectionWhenTheLastBackendGoes() throws Exception {
        applied(both(1, W1));
        try (var early = Client.connect(servers.client(), "10.99.0.11", 80)) {
            assertThat(early.ask()).startsWith("w1");

            applied(both(2));

            assertThat(ask(1)).containsOnlyKeys("ConnectException: Connection refused");
            assertThat(early.ask()).startsWith("w1");
        }
    }

    @Test
    void movesDatagramFlowsAwayFromARemovedBackend() throws Exception {
        applied(both(1, W1));
        try (var flow = Client.Flow.from(servers.client(), "10.99.0.11", 80)) {
            assertThat(flow.ask()).isEqualTo("w1 10.99.0.20");

            applied(both(2, W2));

            assertThat(flow.ask()).isEqualTo("w2 10.99.0.20");
        }
    }

    @Test
    void movesDatagramFlowsWhenManyBackendsGoAtOnce() throws Exception {
        var others = IntStream.range(10, 30)
                .mapToObj(last -> new VirtualService(Ipv4Address.parse("10.99.128." + last), List.of(W1.address())))
                .toList();
        var before = both(1, W1);
        applied(new ProxySet(1, before.ranges(), before.frontends(), others));
        try (var flow = Client.Flow.from(servers.client(), "10.99.0.11", 80)) {
            assertThat(flow.ask()).isEqualTo("w1 10.99.0.20");

            applied(both(2, W2));

            assertThat(flow.ask()).isEqualTo("w2 10.99.0.20");
        }
    }

    @Test
    void servesDatagramFlowsThatBeganBeforeTheirFrontend() throws Exception {
        try (var flow = Client.Flow.from(servers.client(), "10.99.0.11", 80)) {
            assertThat(flow.ask()).isEqualTo("PortUnreachableException");

            applied(both(1, W1));

            assertThat(flow.ask()).isEqualTo("w1 10.99.0.20");
        }
    }

    @Test
    void servesDatagramFlowsThatBeganWhileTheRulesWereGone() throws Exception {
        applied(both(1, W1));
        servers.first().feed("delete table ip banyan_abcdef0", "nft", "-f", "-");
        try (var flow = Client.Flow.from(servers.client(), "10.99.0.11", 80)) {
            flow.send();

            applied(both(1, W1));

            assertThat(flow.ask()).isEqualTo("w1 10.99.0.20");
        }
    }

    @Test
    void refusesNoConnectionWhileBackendsChange() throws Exception {
        applied(ofService(both(1, W1, W2), W1, W2));
        var over = new AtomicBoolean();
        var loads = new ArrayList<FutureTask<List<String>>>();
        for (Callable<Set<String>> asking : List.<Callable<Set<String>>>of(
                () -> ask(20).keySet(), () -> ask(20).keySet(), () -> Client.ask(servers.w1(), "10.99.128.9", 8080, 20)
                        .keySet())) {
            var load = new FutureTask<>(() -> failuresUntil(over, asking));
            Thread.ofPlatform().start(load);
            loads.add(load);
        }

        for (int revision = 2; revision < 42; revision++) {
            applied(
                    revision % 2 == 0
                            ? ofService(both(revision, W2, W3), W2)
                            : ofService(both(revision, W1), W3, W1, W2));
        }
        over.set(true);

        for (var load : loads) {
            assertThat(load.get()).isEmpty();
        }
    }

    /** With one at 10.99.128.9, at whatever port. */
    private static ProxySet ofService(ProxySet set, Backend... backends) {
        var addresses = Arrays.stream(backends).map(Backend::address).toList();
        var service = new VirtualService(Ipv4Address.parse("10.99.128.9"), addresses);
        return new ProxySet(set.revision(), set.ranges(), set.frontends(), List.of(service));
    }

    private static List<String> failuresUntil(AtomicBoolean over, Callable<Set<String>> asking) throws Exception {
        var failures = new ArrayList<String>();
        boolean asked = false;
        while (!over.get() || !asked) {
            asking.call().stream().filter(answer -> !answer.startsWith("w")).forEach(failures::add);
            asked = true;
        }
        return failures;
    }

    @Test
    void leadsAtOnceWhereAffinityWantsAndBack() throws Exception {
        var address = Ipv4Address.parse("10.99.128.9");
        var replicas = List.of(W1.address(), W2.address());
        for (int revision = 1; revision < 6; revision++) {
            var time = revision % 2 == 0 ? Duration.ofMinutes(1) : Duration.ZERO;
            var service = new VirtualService(address, replicas, time);

            applied(new ProxySet(revision, FIRST, List.of(), List.of(service)));

            var answers = Client.ask(servers.w1(), "10.99.128.9", 8080, 40).keySet();
            assertThat(answers).allMatch(answer -> answer.startsWith("w"));
            assertThat(answers).hasSize(time.isZero() ? 2 : 1);
            assertThat(onFirst(proxy::verify)).isInstanceOf(ProxyCheck.Equal.class);
        }
    }

    @Test
    void noticesAndMendsWhatWasFlushedByHand() throws Exception {
        applied(both(1, W1));
        for (var flush :
                List.of("flush ruleset", "flush table ip banyan_abcdef0", "flush map ip banyan_abcdef0 ports")) {
            servers.first().feed(flush, "nft", "-f", "-");
            assertThat(onFirst(proxy::verify)).isInstanceOf(ProxyCheck.Different.class);

            applied(both(1, W1));

            assertThat(onFirst(proxy::verify)).isInstanceOf(ProxyCheck.Equal.class);
            assertThat(ask(3)).containsOnlyKeys("w1 10.99.0.20");
        }
    }

    @Test
    void mendsWhatWasFlushedWhenTheSetChanges() throws Exception {
        applied(both(1, W1));
        servers.first().feed("flush ruleset", "nft", "-f", "-");

        applied(both(2, W2));

        assertThat(onFirst(proxy::verify)).isInstanceOf(ProxyCheck.Equal.class);
        assertThat(ask(3)).containsOnlyKeys("w2 10.99.0.20");
    }

    @Test
    void noticesAndMendsARuleAddedByHand() throws Exception {
        applied(both(1, W1));
        servers.first().feed("insert rule ip banyan_abcdef0 prerouting tcp dport 80 accept", "nft", "-f", "-");
        assertThat(ask(1)).containsOnlyKeys("ConnectException: Connection refused");

        assertThat(onFirst(proxy::verify)).isInstanceOf(ProxyCheck.Different.class);
        applied(both(1, W1));

        assertThat(ask(3)).containsOnlyKeys("w1 10.99.0.20");
    }

    @Test
    void writesNothingWhenTheKernelServesTheSetAlready() throws Exception {
        applied(both(1, W1, W2, W3));
        var before = kernel();

        applied(both(2, W3, W2, W1));

        assertThat(kernel()).isEqualTo(before);
    }

    @Test
    void touchesNoOtherFrontendWhenOneChanges() throws Exception {
        var heavy = new Backend(W3.address(), 8080, 2); // by which it has a chain
        var other = new Frontend(Protocol.TCP, List.of(new Entrance.Published(81)), List.of(W2, heavy));
        applied(with(both(1, W1), other));
        var before = rulesOf("tcp.p.81");

        applied(with(both(2, W3), other));

        assertThat(rulesOf("tcp.p.81")).isEqualTo(before).contains("handle");
    }

    private static ProxySet with(ProxySet set, Frontend more) {
        var frontends = new ArrayList<>(set.frontends());
        frontends.add(more);
        return new ProxySet(set.revision(), set.ranges(), frontends);
    }

    private String rulesOf(String chain) throws Exception {
        return servers.first().run("nft", "-a", "list", "chain", "ip", "banyan_abcdef0", chain);
    }

    @Test
    void servesWhileTheAgentIsAwayAndAdoptsItAfterwards() throws Exception {
        applied(both(5, W1));
        proxy.close();
        assertThat(ask(3)).containsOnlyKeys("w1 10.99.0.20");
        var before = kernel();

        proxy = servers.proxy(servers.first());
        var resumed = onFirst(proxy::resume);

        assertThat(resumed)
                .hasValueSatisfying(outcome -> assertThat(outcome.revision()).isEqualTo(5));
        assertThat(kernel()).isEqualTo(before);
        assertThat(onFirst(proxy::verify)).isInstanceOf(ProxyCheck.Equal.class);
    }

    @Test
    void servesTheKeptSetAfterAReboot() throws Exception {
        applied(both(5, W1));
        proxy.close();
        servers.first().feed("delete table ip banyan_abcdef0", "nft", "-f", "-");

        proxy = servers.proxy(servers.first());
        onFirst(proxy::resume);

        assertThat(ask(3)).containsOnlyKeys("w1 10.99.0.20");
    }

    @Test
    void ignoresADamagedKeptSet() throws Exception {
        applied(both(5, W1));
        proxy.close();
        Files.writeString(servers.folder().resolve(servers.first().name()).resolve("proxy-set"), "revision 1\n");

        proxy = servers.proxy(servers.first());

        assertThat(onFirst(proxy::resume)).isEmpty();
        assertThat(ask(3)).containsOnlyKeys("w1 10.99.0.20");
        applied(both(6, W2));
        assertThat(ask(3)).containsOnlyKeys("w2 10.99.0.20");
    }

    @Test
    void leavesAPortToTheProgramThatHasIt() throws Exception {
        var program = onFirst(
                () -> ServerSocketChannel.open(StandardProtocolFamily.INET).bind(new InetSocketAddress("0.0.0.0", 80)));
        var set = both(3, W1);
        try (program) {
            var taken = apply(set).taken();

            assertThat(taken).singleElement().satisfies(port -> {
                assertThat(port.port()).isEqualTo(80);
                assertThat(port.protocol()).isEqualTo(Protocol.TCP);
                assertThat(port.holder())
                        .contains("(pid " + ProcessHandle.current().pid() + ")");
            });
            assertThat(Client.ask(servers.w1(), "10.99.128.1", 80, 1)).containsOnlyKeys("w1 10.99.65.1");
            try (var direct = Client.connect(servers.client(), "10.99.0.11", 80);
                    var accepted = program.accept()) {
                assertThat(accepted.getRemoteAddress()).isEqualTo(direct.localAddress());
            }
            assertThat(onFirst(proxy::verify)).isInstanceOf(ProxyCheck.Equal.class);
        }
        assertThat(onFirst(proxy::verify)).isEqualTo(new ProxyCheck.Different(List.of("a published port is free now")));

        applied(both(4, W1));

        assertThat(ask(3)).containsOnlyKeys("w1 10.99.0.20");
    }

    @Test
    void keepsOtherProgramsOffAPublishedPort() throws Exception {
        applied(both(1, W1));

        assertThat(onFirst(() -> canServe(80))).isFalse();
        applied(new ProxySet(2, FIRST, List.of()));
        assertThat(onFirst(() -> canServe(80))).isTrue();
    }

    private static boolean canServe(int port) throws Exception {
        try (var channel = ServerSocketChannel.open(StandardProtocolFamily.INET)) {
            channel.bind(new InetSocketAddress("0.0.0.0", port));
            return true;
        } catch (BindException inUse) {
            return false;
        }
    }

    @Test
    void leavesTheServerAsItWasFound() throws Exception {
        servers.first()
                .feed("table ip other { chain input { type filter hook input priority 0; }; }", "nft", "-f", "-");
        var before = servers.first().state();
        applied(both(1, W1, W3));
        assertThat(servers.first().state()).isNotEqualTo(before);

        onFirst(() -> {
            proxy.remove();
            proxy.remove();
            return true;
        });

        assertThat(servers.first().state()).isEqualTo(before);
        assertThat(onFirst(servers.proxy(servers.first())::resume)).isEmpty();
    }

    @Test
    void saysWhatNftSaidAndChangesNothingWhenItRefuses() throws Exception {
        applied(both(1, W1));
        proxy.close();
        var broken = servers.brokenProxy(servers.first());

        var outcome = onFirst(() -> broken.apply(both(2, W3)));

        assertThat(outcome).isInstanceOfSatisfying(ProxyOutcome.Failed.class, failed -> {
            assertThat(failed.revision()).isEqualTo(2);
            assertThat(failed.reason()).contains("nft -f -").contains("none none");
        });
        assertThat(ask(3)).containsOnlyKeys("w1 10.99.0.20");
    }
}
