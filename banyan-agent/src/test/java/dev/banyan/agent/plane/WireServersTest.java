package dev.banyan.agent.plane;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.network.OverlayPlan;
import dev.banyan.agent.network.PlainRoutes;
import dev.banyan.agent.plane.ModelBench.Agent;
import dev.banyan.agent.proxy.NftablesProxy;
import dev.banyan.agent.proxy.Protocol;
import dev.banyan.agent.proxy.ProxySet;
import dev.banyan.agent.wire.Namespace;
import dev.banyan.agent.wire.Probe;
import dev.banyan.agent.wire.TestServers;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.simulation.Simulation;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The modelled kernels against real ones: the same deeds, and the same ends of requests. */
@Tag("servers")
class WireServersTest {
    private static final int DEEDS = 10;

    private TestServers all;
    private RealBench real;
    private Path folder;
    private final Simulation simulation = new Simulation(1);

    @BeforeEach
    void start(@TempDir Path disk) throws Exception {
        folder = disk;
        all = TestServers.start();
        real = new RealBench(all, disk.resolve("real"));
    }

    @AfterEach
    void stop() throws Exception {
        simulation.close();
        if (real != null) {
            real.close();
        }
        TestServers.close(all);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void leadsRequestsWhereRealKernelsDo(long seed) throws Exception {
        var drawn = new DrawnPlane(seed, new ModelBench(simulation, folder.resolve("model")), real);

        assertThat(drawn.play(DEEDS)).isEmpty();

        assertThat(drawn.compared()).isGreaterThan(DEEDS);
    }

    /** Namespaces with real kernels' tables. */
    private static final class RealBench implements PlaneBench, AutoCloseable {
        /** Enough to see three ends that are equally likely but for one time in 10^14. */
        private static final int TIMES_MAX = 80;

        private final Path folder;
        private final Map<String, Namespace> namespaces = new HashMap<>();
        private final Map<String, Agent> agents = new HashMap<>();

        RealBench(TestServers all, Path folder) throws Exception {
            this.folder = folder;
            var first = put("a1", all.server("a1", 11));
            var second = put("a2", all.server("a2", 12));
            var ignored = put("client", all.server("cl", 20));
            for (var container : ModelBench.CONTAINERS.entrySet()) {
                var server = container.getValue().equals("w3") ? second : first;
                var box = put(container.getValue(), all.container(server, container.getValue(), container.getKey()));
                var unused = all.echo(box, container.getValue(), 8_080);
            }
            begin("a1");
            begin("a2");
        }

        private Namespace put(String name, Namespace namespace) {
            namespaces.put(name, namespace);
            return namespace;
        }

        private Namespace in(String name) {
            return Objects.requireNonNull(namespaces.get(name));
        }

        private Agent agent(String server) {
            return Objects.requireNonNull(agents.get(server));
        }

        private void begin(String server) {
            var commands = Namespace.commands();
            var disk = folder.resolve(server);
            agents.put(
                    server,
                    new Agent(
                            new NftablesProxy(new SystemEnv().tasks(), "abcdef0", commands, disk),
                            new PlainRoutes("abcdef0", commands, disk)));
        }

        @Override
        public String serve(String server, ProxySet set) throws Exception {
            return in(server).call(() -> Agent.word(agent(server).proxy().apply(set)));
        }

        @Override
        public String follow(String server, OverlayPlan plan) throws Exception {
            return in(server).call(() -> Agent.word(agent(server).overlay().apply(plan)));
        }

        @Override
        public String restart(String server) throws Exception {
            agent(server).proxy().close();
            begin(server);
            return in(server).call(agent(server)::resume);
        }

        @Override
        public String verify(String server) throws Exception {
            return in(server).call(agent(server)::verify);
        }

        @Override
        public String remove(String server) throws Exception {
            return in(server).call(agent(server)::remove);
        }

        @Override
        public void flush(String server) throws Exception {
            var ignored = in(server).run("nft", "flush", "ruleset");
        }

        @Override
        public void dropRoutes(String server) throws Exception {
            var ignored = in(server).run("ip", "-4", "route", "flush", "proto", "157");
        }

        /** Asks until every end that is expected was seen, and once at least. */
        @Override
        public Set<String> ask(String asker, Protocol protocol, String to, int port, Set<String> expected)
                throws Exception {
            boolean patient = !expected.contains("lost");
            var seen = new TreeSet<String>();
            int times = patient ? TIMES_MAX : 3;
            for (int i = 0;
                    i < times && (seen.isEmpty() || expected.containsAll(seen) && !seen.containsAll(expected));
                    i++) {
                seen.add(Probe.ask(in(asker), protocol == Protocol.TCP, to, port, patient));
            }
            return seen;
        }

        @Override
        public void close() {
            agents.values().forEach(agent -> agent.proxy().close());
        }
    }
}
