package dev.banyan.agent.proxy;

import static dev.banyan.agent.proxy.TwoServers.FIRST;
import static dev.banyan.agent.proxy.TwoServers.W1;
import static dev.banyan.agent.proxy.TwoServers.W2;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.host.CommandRunner;
import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.wire.Client;
import dev.banyan.agent.wire.Namespace;
import dev.banyan.agent.wire.TestServers;
import dev.banyan.runtime.env.SystemEnv;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an agent does with the rules of one of before, which had a chain for each service. */
@Tag("servers")
class UpgradeServersTest {
    private TestServers all;
    private TwoServers servers;
    private Path folder = Path.of("");
    private final List<String> scripts = new ArrayList<>();
    private final CountDownLatch asked = new CountDownLatch(2);
    private final AtomicBoolean over = new AtomicBoolean();

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        all = TestServers.start();
        folder = directory;
        servers = TwoServers.on(all, directory);
        servers.first().feed(former(), "nft", "-f", "-");
    }

    @AfterEach
    void stop() throws Exception {
        TestServers.close(all);
    }

    private static String former() throws IOException {
        try (var text = UpgradeServersTest.class.getResourceAsStream("chain-for-each-service.nft")) {
            return new String(requireNonNull(text).readAllBytes(), UTF_8);
        }
    }

    /** What those rules serve. */
    private static ProxySet same() {
        var frontends = new ArrayList<Frontend>();
        for (var protocol : Protocol.values()) {
            frontends.add(new Frontend(protocol, List.of(new Entrance.Published(80)), List.of(W1, W2)));
        }
        var service = new VirtualService(Ipv4Address.parse("10.99.128.1"), List.of(W1.address(), W2.address()));
        return new ProxySet(1, FIRST, frontends, List.of(service));
    }

    private NftablesProxy upgraded() {
        var commands = all.commands();
        CommandRunner recorded = line -> {
            if (!line.input().isEmpty()) {
                scripts.add(line.input());
            }
            return commands.run(line);
        };
        return new NftablesProxy(new SystemEnv().tasks(), "abcdef0", recorded, folder.resolve("upgraded"));
    }

    private FutureTask<List<String>> load(Namespace where, String address, int port) {
        var load = new FutureTask<>(() -> failures(where, address, port));
        Thread.ofPlatform().start(load);
        return load;
    }

    private List<String> failures(Namespace where, String address, int port) throws Exception {
        var failures = new ArrayList<String>();
        boolean counted = false;
        while (!over.get()) {
            Client.ask(where, address, port, 20).keySet().stream()
                    .filter(answer -> !answer.startsWith("w"))
                    .forEach(failures::add);
            if (!counted) {
                asked.countDown();
            }
            counted = true;
        }
        return failures;
    }

    @Test
    void putsElementsInThePlaceOfChainsAndRefusesNoConnection() throws Exception {
        var proxy = upgraded();
        try (var early = Client.connect(servers.client(), "10.99.0.11", 80)) {
            var had = early.ask();
            var loads = List.of(load(servers.client(), "10.99.0.11", 80), load(servers.w1(), "10.99.128.1", 8080));
            asked.await();

            var outcome = servers.first().call(() -> proxy.apply(same()));

            over.set(true);
            assertThat(outcome).isInstanceOf(ProxyOutcome.Applied.class);
            for (var load : loads) {
                assertThat(load.get()).isEmpty();
            }
            assertThat(early.ask()).isEqualTo(had);
        }
        assertThat(servers.first().call(proxy::verify)).isInstanceOf(ProxyCheck.Equal.class);
        assertThat(servers.first().run("nft", "list", "chains", "ip"))
                .contains("chain tcp.2")
                .doesNotContain("tcp.p.80", "s.10.99.128.1");
    }

    @Test
    void hasTheNewChainsBeforeSomethingLeadsToThem() throws Exception {
        var proxy = upgraded();

        var outcome = servers.first().call(() -> proxy.apply(same()));

        assertThat(outcome).isInstanceOf(ProxyOutcome.Applied.class);
        assertThat(scripts).hasSize(2);
        assertThat(scripts.getFirst())
                .contains("add rule ip banyan_abcdef0 udp.2 ", "add element ip banyan_abcdef0 whole_slots")
                .doesNotContain("delete", "flush", "goto");
        assertThat(scripts.getLast())
                .contains("delete element ip banyan_abcdef0 ports", "delete chain ip banyan_abcdef0 tcp.p.80")
                .doesNotContain("dispatch", "prerouting", "slots");
    }
}
