package dev.banyan.agent.workload;

import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.network.OverlayLoop;
import dev.banyan.agent.network.PlainRoutes;
import dev.banyan.agent.plane.Asker;
import dev.banyan.agent.plane.KernelWay;
import dev.banyan.agent.plane.Reach;
import dev.banyan.agent.plane.ServerKernel;
import dev.banyan.agent.plane.Wire;
import dev.banyan.agent.proxy.NftablesProxy;
import dev.banyan.agent.proxy.Protocol;
import dev.banyan.agent.proxy.ProxyLoop;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.Backend;
import dev.banyan.api.v1.EndpointsSpec;
import dev.banyan.api.v1.OverlayReport;
import dev.banyan.api.v1.ServiceSpec;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.simulation.fault.FaultPlan;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One service with an address of its own on a {@link TroubledServer}, and requests to it at every instant: each is led by the rules that
 * the kernel has then to a container that is alive or not. The engine's part, which tasks are endpoints, is played here in its simplest
 * form: those that are wanted, run and are ready, told at most a twentieth of a second late.
 */
final class Traffic {
    private static final String ADDRESS = "10.200.0.7";
    private static final ClusterRanges RANGES = ClusterRanges.of("10.192.0.0/13", "10.200.0.0/13", "10.192.0.0/24");
    private static final Duration DEAD_MAX = Duration.ofSeconds(5);
    private static final Duration LATE = Duration.ofMillis(50);

    private final Simulation simulation;
    private final Wire wire;
    private final ServerKernel kernel;
    private final TroubledServer troubled;
    private final Map<String, Duration> dead = new HashMap<>(); // since when an address that is routed to has nobody
    private Duration longestDead = Duration.ZERO;
    private List<String> destinations = List.of();
    private String lookedAt = "";
    private boolean served;
    private boolean calm;
    private long answered;
    private long refused;
    private long lost;

    Traffic(Simulation simulation, Path disk, FaultPlan faults) {
        this.simulation = simulation;
        this.wire = new Wire("192.0.2.0/24", note -> simulation.trace().note("wire", note));
        this.kernel = wire.server("machine", "192.0.2.1", this::attached);
        this.troubled = new TroubledServer(
                simulation,
                disk,
                faults,
                (agent, store) -> startPlane(new KernelWay(kernel, agent, faults), agent, store, disk));
        troubled.server().addresses("10.192.0");
        create(
                Kinds.SERVICES
                        .spec()
                        .encode(ServiceSpec.newBuilder()
                                .setVirtualAddress(ADDRESS)
                                .build()),
                "services");
        create(Kinds.ENDPOINTS.spec().encode(EndpointsSpec.getDefaultInstance()), "endpoints");
        var engine = simulation.process("engine").env();
        var ignored = engine.tasks().spawn("endpoints", () -> {
            while (true) {
                engine.signal().await(LATE);
                tellEndpoints();
            }
        });
    }

    TroubledServer troubled() {
        return troubled;
    }

    ServerKernel kernel() {
        return kernel;
    }

    /** Nothing fails from now on: {@link #broken} looks. */
    void expectCalm(boolean expected) {
        calm = expected;
    }

    /**
     * Where nothing fails and there are always two replicas: S7, at every instant somebody who is alive can be reached once the service was;
     * S16, nobody who is dead is led to for longer than five seconds.
     */
    Optional<String> broken() {
        if (calm && served && !reachable()) {
            return Optional.of("nobody is reached, though somebody was");
        }
        return calm && longestDead.compareTo(DEAD_MAX) > 0
                ? Optional.of("requests were led to nobody for " + longestDead)
                : Optional.empty();
    }

    long answered() {
        return answered;
    }

    long refused() {
        return refused;
    }

    long lost() {
        return lost;
    }

    /** Whether somebody who is alive can be reached now. */
    boolean reachable() {
        return destinations().stream().anyMatch(this::alive);
    }

    /** A request at this instant from this server, to every destination that it may be led to. */
    void request() {
        var destinations = destinations();
        var now = simulation.time().elapsed();
        dead.keySet().retainAll(destinations);
        if (destinations.isEmpty()) {
            refused++;
        }
        for (var destination : destinations) {
            if (alive(destination)) {
                served = true;
                answered++;
                dead.remove(destination);
            } else {
                lost++;
                var since = now.minus(dead.computeIfAbsent(destination, unused -> now));
                longestDead = longestDead.compareTo(since) > 0 ? longestDead : since;
            }
        }
    }

    /** Requests reach exactly the tasks that are told to be ready, all of them alive. */
    Optional<String> difference() {
        var destinations = destinations().stream().sorted().toList();
        var wanted = ready().stream().sorted().toList();
        if (!destinations.equals(wanted)) {
            return Optional.of("requests are led to " + destinations + " instead of " + wanted);
        }
        return destinations.stream()
                .filter(destination -> !alive(destination))
                .findFirst()
                .map(destination -> "requests are led to " + destination + ", where nobody is");
    }

    private boolean alive(String address) {
        return !troubled.server().aliveAt(address).isEmpty();
    }

    private List<String> attached() {
        return troubled.server().heldAddresses();
    }

    /** All that is running is gone, and what the kernel knows. */
    void reboot() {
        kernel.reboot();
        troubled.reboot();
    }

    /** Where a connection from this server may lead now; empty when it is refused. */
    private List<String> destinations() {
        var now = kernel.changes() + " " + attached();
        if (!now.equals(lookedAt)) {
            lookedAt = now;
            destinations = wire.reach(new Asker.Program("machine"), Protocol.TCP, ADDRESS, 80).stream()
                    .map(Traffic::target)
                    .filter(address -> !address.equals(ADDRESS))
                    .toList();
        }
        return destinations;
    }

    private static String target(Reach reach) {
        return reach.towards().address().toString();
    }

    private void startPlane(KernelWay way, SimulatedProcess agent, Store store, Path disk) {
        var env = agent.env();
        var agents = Informer.of(Kinds.AGENTS, store, env).build();
        var reports = Informer.of(Kinds.AGENT_REPORTS, store, env).build();
        agents.start();
        reports.start();
        new OverlayLoop(
                        env,
                        new PlainRoutes("0123abc", way, way, disk),
                        new OverlayLoop.Self("machine", RANGES, OverlayReport.getDefaultInstance()),
                        new OverlayLoop.Others(agents, reports),
                        news -> {})
                .start();
        var services = Informer.of(Kinds.SERVICES, store, env).build();
        var endpoints = Informer.of(Kinds.ENDPOINTS, store, env).build();
        services.start();
        endpoints.start();
        new ProxyLoop(
                        env,
                        new NftablesProxy(env.tasks(), "0123abc", way, way, disk),
                        RANGES,
                        List::of,
                        services,
                        endpoints,
                        outcome -> {})
                .start();
    }

    private List<String> ready() {
        var addresses = new ArrayList<String>();
        for (Resource<TaskSpec, TaskStatus> task : troubled.tasks()) {
            boolean wanted = task.spec().getDesired() == TaskSpec.Desired.RUN;
            boolean runs = task.status().getState() == TaskStatus.State.RUNNING;
            if (wanted && runs && task.status().getReady()) {
                addresses.add(task.status().getAddress());
            }
        }
        return addresses;
    }

    private void tellEndpoints() {
        var spec = EndpointsSpec.newBuilder();
        ready().stream()
                .sorted()
                .forEach(address -> spec.addBackends(Backend.newBuilder().setAddress(address)));
        var base = store().get(Kinds.ENDPOINTS.key("default", "shop.web"), ReadAt.LATEST)
                .orElseThrow();
        var encoded = Kinds.ENDPOINTS.spec().encode(spec.build());
        if (!base.spec().equals(encoded)) {
            written(new Write.Update(base, Draft.from(base).withSpec(encoded)));
        }
    }

    private void create(Bytes spec, String kind) {
        var key = kind.equals("services")
                ? Kinds.SERVICES.key("default", "shop.web")
                : Kinds.ENDPOINTS.key("default", "shop.web");
        written(new Write.Create(Draft.of(key, spec)));
    }

    private MemoryStore store() {
        return troubled.store();
    }

    private void written(Write write) {
        if (!store().commit(Commit.of(write)).written()) {
            throw new AssertionError("nobody else writes endpoints");
        }
    }
}
