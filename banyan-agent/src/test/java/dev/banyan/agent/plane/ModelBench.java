package dev.banyan.agent.plane;

import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.network.OverlayOutcome;
import dev.banyan.agent.network.OverlayPlan;
import dev.banyan.agent.network.PlainRoutes;
import dev.banyan.agent.proxy.NftablesProxy;
import dev.banyan.agent.proxy.PortTaken;
import dev.banyan.agent.proxy.Protocol;
import dev.banyan.agent.proxy.ProxyOutcome;
import dev.banyan.agent.proxy.ProxySet;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.simulation.fault.FaultPlan;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The bench of modelled kernels. */
final class ModelBench implements PlaneBench {
    static final Map<String, String> CONTAINERS = Map.of("10.99.65.2", "w1", "10.99.65.3", "w2", "10.99.66.2", "w3");

    /** One agent process. */
    record Agent(NftablesProxy proxy, PlainRoutes overlay) {
        String resume() throws InterruptedException {
            var routes = overlay.resume().map(Agent::word).orElse("nothing");
            return routes + ", " + proxy.resume().map(Agent::word).orElse("nothing");
        }

        String verify() throws InterruptedException {
            return overlay.verify().getClass().getSimpleName() + ", "
                    + proxy.verify().getClass().getSimpleName();
        }

        String remove() throws InterruptedException {
            proxy.remove();
            overlay.remove();
            return "removed";
        }

        static String word(OverlayOutcome outcome) {
            return outcome.getClass().getSimpleName();
        }

        static String word(ProxyOutcome outcome) {
            return outcome.getClass().getSimpleName()
                    + outcome.taken().stream().map(PortTaken::port).toList();
        }
    }

    private final Wire wire = new Wire("10.99.0.0/24", note -> {});
    private final Simulation simulation;
    private final Path folder;
    private final Map<String, SimulatedProcess> processes = new HashMap<>();
    private final Map<String, Agent> agents = new HashMap<>();

    ModelBench(Simulation simulation, Path folder) {
        this.simulation = simulation;
        this.folder = folder;
        var first = wire.server("a1", "10.99.0.11", () -> List.of("10.99.65.2", "10.99.65.3"));
        var second = wire.server("a2", "10.99.0.12", () -> List.of("10.99.66.2"));
        var ignored = wire.server("client", "10.99.0.20", List::of);
        begin(first);
        begin(second);
    }

    Wire wire() {
        return wire;
    }

    private void begin(ServerKernel kernel) {
        var process = simulation.process(kernel.name());
        var way = new KernelWay(kernel, process, FaultPlan.none(1));
        var disk = folder.resolve(kernel.name());
        processes.put(kernel.name(), process);
        agents.put(
                kernel.name(),
                new Agent(
                        new NftablesProxy(new SystemEnv().tasks(), "abcdef0", way, way, disk),
                        new PlainRoutes("abcdef0", way, way, disk)));
    }

    private Agent agent(String server) {
        return Objects.requireNonNull(agents.get(server));
    }

    @Override
    public String serve(String server, ProxySet set) throws InterruptedException {
        return Agent.word(agent(server).proxy().apply(set));
    }

    @Override
    public String follow(String server, OverlayPlan plan) throws InterruptedException {
        return Agent.word(agent(server).overlay().apply(plan));
    }

    @Override
    public String restart(String server) throws InterruptedException {
        Objects.requireNonNull(processes.get(server)).kill();
        begin(wire.server(server));
        return agent(server).resume();
    }

    @Override
    public String verify(String server) throws InterruptedException {
        return agent(server).verify();
    }

    @Override
    public String remove(String server) throws InterruptedException {
        return agent(server).remove();
    }

    @Override
    public void flush(String server) {
        wire.server(server).flush();
    }

    @Override
    public void dropRoutes(String server) {
        wire.server(server).dropRoutes();
    }

    @Override
    public Set<String> ask(String asker, Protocol protocol, String to, int port, Set<String> expected) {
        var ends = new TreeSet<String>();
        wire.reach(asker(asker), protocol, to, port).forEach(reach -> ends.add(word(protocol, reach)));
        return ends;
    }

    static Asker asker(String name) {
        return CONTAINERS.entrySet().stream()
                .filter(container -> container.getValue().equals(name))
                .findFirst()
                .<Asker>map(container ->
                        new Asker.Container(name.equals("w3") ? "a2" : "a1", Ipv4Address.parse(container.getKey())))
                .orElseGet(() -> new Asker.Program(name));
    }

    /** Who sends datagrams is not told that a host cannot be reached. */
    private static String word(Protocol protocol, Reach reach) {
        return switch (reach) {
            case Reach.Reached(var server, var towards, var from) ->
                Optional.ofNullable(CONTAINERS.get(towards.address().toString()))
                                .orElse(server) + " " + from;
            case Reach.Refused refused -> "refused";
            case Reach.Unreachable unreachable -> protocol == Protocol.TCP ? "unreachable" : "lost";
            case Reach.Lost lost -> "lost";
        };
    }
}
