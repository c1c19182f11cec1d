package dev.banyan.agent.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.wire.Client;
import dev.banyan.agent.wire.Namespace;
import dev.banyan.agent.wire.TestServers;
import dev.banyan.runtime.env.SystemEnv;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** How evenly a real kernel leads very many flows to seven backends. */
@Tag("servers")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SpreadServersTest {
    private static final String SERVER = "10.99.0.11";
    private static final int BACKENDS = 7;
    private static final int CLIENTS = 4;
    private static final int CONNECTIONS = 100_000;

    /** As a client has no more ports. */
    private static final int DATAGRAMS = 60_000;

    private static final int FIRST_PORT = 5_000;

    /** Chi-square of six degrees of freedom: an even pick lies above it once in a million times. */
    private static final double UNEVEN = 38.3;

    private TestServers all;
    private Namespace client;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        all = TestServers.start();
        var server = all.server("a1", 11);
        client = all.server("cl", 20);
        var backends = new ArrayList<Backend>();
        for (int i = 1; i <= BACKENDS; i++) {
            var address = "10.99.65." + (1 + i);
            all.echo(all.container(server, "w" + i, address), "w" + i, 8080);
            backends.add(new Backend(Ipv4Address.parse(address), 8080, 1));
        }
        server.run("sysctl", "-qw", "net.ipv4.ip_forward=1");
        var entrances = List.<Entrance>of(new Entrance.Published(80));
        var set = new ProxySet(
                1,
                TwoServers.FIRST,
                List.of(
                        new Frontend(Protocol.TCP, entrances, backends),
                        new Frontend(Protocol.UDP, entrances, backends)));
        var proxy = new NftablesProxy(new SystemEnv().tasks(), "abcdef0", all.commands(), folder);
        assertThat(server.call(() -> proxy.apply(set))).isInstanceOf(ProxyOutcome.Applied.class);
    }

    @AfterAll
    void stop() throws Exception {
        TestServers.close(all);
    }

    @Test
    void leadsConnectionsEvenly() throws Exception {
        assertEven(CONNECTIONS, together(number -> Client.askMany(client, SERVER, 80, CONNECTIONS / CLIENTS)));
    }

    @Test
    void leadsDatagramsEvenly() throws Exception {
        int each = DATAGRAMS / CLIENTS;

        assertEven(
                DATAGRAMS,
                together(number -> Client.askByDatagramFrom(client, FIRST_PORT + number * each, SERVER, 80, each)));
    }

    private interface Asking {
        Map<String, Integer> answers(int number) throws Exception;
    }

    private static Map<String, Integer> together(Asking asking) throws Exception {
        var tasks = new ArrayList<FutureTask<Map<String, Integer>>>();
        for (int i = 0; i < CLIENTS; i++) {
            int number = i;
            var task = new FutureTask<>(() -> asking.answers(number));
            tasks.add(task);
            Thread.ofPlatform().start(task);
        }
        var answers = new TreeMap<String, Integer>();
        for (var task : tasks) {
            task.get().forEach((answer, times) -> answers.merge(answer, times, Integer::sum));
        }
        return answers;
    }

    private static void assertEven(int flows, Map<String, Integer> answers) {
        assertThat(answers.keySet())
                .allMatch(answer -> answer.matches("w[1-7] 10.99.0.20"))
                .hasSize(BACKENDS);
        double expected = (double) flows / BACKENDS;
        double deviation = answers.values().stream()
                .mapToDouble(times -> Math.abs(times - expected) / expected)
                .max()
                .orElseThrow();
        double chiSquare = chiSquare(answers.values(), expected);
        System.out.printf(
                Locale.ROOT,
                "%d flows to %d backends: chi-square %.2f, greatest deviation %.2f %%%n",
                flows,
                BACKENDS,
                chiSquare,
                100 * deviation);
        assertThat(chiSquare).as("%s", answers).isLessThan(UNEVEN);
    }

    private static double chiSquare(Collection<Integer> counts, double expected) {
        return counts.stream()
                .mapToDouble(count -> (count - expected) * (count - expected) / expected)
                .sum();
    }
}
