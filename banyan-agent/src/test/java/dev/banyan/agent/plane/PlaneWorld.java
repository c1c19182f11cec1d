package dev.banyan.agent.plane;

import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.host.PortHold.Transport;
import dev.banyan.agent.network.OverlayLoop;
import dev.banyan.agent.network.PlainRoutes;
import dev.banyan.agent.plane.PlaneCheck.Published;
import dev.banyan.agent.plane.PlaneCheck.Service;
import dev.banyan.agent.plane.rules.End;
import dev.banyan.agent.proxy.NftablesProxy;
import dev.banyan.agent.proxy.PortTaken;
import dev.banyan.agent.proxy.Protocol;
import dev.banyan.agent.proxy.ProxyLoop;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AgentReportSpec;
import dev.banyan.api.v1.AgentReportStatus;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.api.v1.Backend;
import dev.banyan.api.v1.EndpointsSpec;
import dev.banyan.api.v1.OverlayReport;
import dev.banyan.api.v1.PortMapping;
import dev.banyan.api.v1.ServiceSpec;
import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.env.RandomSource;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.simulation.FaultyStore;
import dev.banyan.runtime.simulation.FaultyStore.Faults;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.simulation.fault.FaultPlan;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Write;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A few servers with the data plane of their agents as it is shipped, two services on them, and containers that come and go. The engine's
 * part is played in its simplest form: backends are those that are wanted and live, told a twentieth of a second late.
 */
final class PlaneWorld {
    private static final String OUTSIDER = "outsider";
    private static final Duration AWAY = Duration.ofSeconds(2);
    private static final Duration LATE = Duration.ofMillis(50);
    private static final Duration DEAD_MAX = Duration.ofSeconds(5);

    /** A service, its own address, and the ports that all servers have for it. */
    enum Offer {
        WEB("10.200.0.7", List.of(new Published(Protocol.TCP, 80, 8_080), new Published(Protocol.UDP, 53, 5_353))),
        DATABASE("10.200.0.8", List.of(new Published(Protocol.TCP, 5_432, 5_432)));

        private final String virtual;
        private final List<Published> published;

        Offer(String virtual, List<Published> published) {
            this.virtual = virtual;
            this.published = published;
        }

        private String title() {
            return "shop." + name().toLowerCase(Locale.ROOT);
        }
    }

    /** A container; it is attached to its server as long as it lives. */
    static final class Box {
        private final Site site;
        private final Offer offer;
        private final String address;
        private boolean wanted = true;
        private boolean alive = true;

        private Box(Site site, Offer offer, String address) {
            this.site = site;
            this.offer = offer;
            this.address = address;
        }

        private Asker asker() {
            return new Asker.Container(site.kernel.name(), Ipv4Address.parse(address));
        }
    }

    /** A server with its agent. */
    final class Site {
        private final int number;
        private final ServerKernel kernel;
        private final Path disk;
        private SimulatedProcess agent;
        private List<PortTaken> taken = List.of();
        private int last = 1;

        private Site(int number, Path disk) {
            this.number = number;
            this.kernel = wire.server("a" + number, "192.0.2." + number, () -> attached(this));
            this.disk = disk.resolve("a" + number);
            this.agent = simulation.process(kernel.name());
            begin();
        }

        ServerKernel kernel() {
            return kernel;
        }

        private String subnet() {
            return "10.192." + number + ".0/24";
        }

        private ClusterRanges ranges() {
            return ClusterRanges.of("10.192.0.0/13", "10.200.0.0/13", subnet());
        }

        private void begin() {
            var env = agent.env();
            var store = new FaultyStore(truth, agent, Faults.NONE);
            var way = new KernelWay(kernel, agent, faults);
            var agents = Informer.of(Kinds.AGENTS, store, env).build();
            var reports = Informer.of(Kinds.AGENT_REPORTS, store, env).build();
            var services = Informer.of(Kinds.SERVICES, store, env).build();
            var endpoints = Informer.of(Kinds.ENDPOINTS, store, env).build();
            List.of(agents, reports, services, endpoints).forEach(Informer::start);
            new OverlayLoop(
                            env,
                            new PlainRoutes("0123abc", way, way, disk),
                            new OverlayLoop.Self(kernel.name(), ranges(), OverlayReport.getDefaultInstance()),
                            new OverlayLoop.Others(agents, reports),
                            news -> {})
                    .start();
            new ProxyLoop(
                            env,
                            new NftablesProxy(env.tasks(), "0123abc", way, way, disk),
                            ranges(),
                            List::of,
                            services,
                            endpoints,
                            outcome -> told(outcome.taken()))
                    .start();
        }

        private void told(List<PortTaken> ports) {
            if (!ports.equals(taken)) {
                taken = ports;
                agent.note("tells which ports are taken");
            }
        }

        private void restartIfDead() {
            if (agent.condition() == SimulatedProcess.Condition.DEAD) {
                agents++;
                agent = simulation.process(kernel.name());
                begin();
            }
        }
    }

    /** A flow that shall last. */
    private static final class Talk {
        private final Connection connection;
        private final Asker asker;
        private final Protocol protocol;
        private final List<Site> sites;
        private final Box backend;
        private boolean disturbed;

        private Talk(Connection connection, Asker asker, Protocol protocol, List<Site> sites, Box backend) {
            this.connection = connection;
            this.asker = asker;
            this.protocol = protocol;
            this.sites = sites;
            this.backend = backend;
        }

        /** Datagrams are led elsewhere once their backend is not wanted any more. */
        private boolean promised() {
            return backend.alive && (backend.wanted || protocol == Protocol.TCP);
        }
    }

    private final Simulation simulation;
    private final FaultPlan faults;
    private final MemoryStore truth;
    private final Wire wire;
    private final PlaneCheck check;
    private final List<Box> boxes = new ArrayList<>();
    private final List<Site> sites = new ArrayList<>();
    private final List<Talk> talks = new ArrayList<>();
    private int agents;
    private int lasted;
    private boolean calm;

    PlaneWorld(Simulation simulation, Path disk, FaultPlan faults, int servers) {
        this.simulation = simulation;
        this.faults = faults;
        this.wire = new Wire("192.0.2.0/24", note -> simulation.trace().note("wire", note));
        this.check = new PlaneCheck(wire, OUTSIDER);
        this.truth = new MemoryStore(simulation.process("store").env());
        var ignored = wire.server(OUTSIDER, "192.0.2.250", List::of);
        for (var offer : Offer.values()) {
            create(offer);
        }
        for (int number = 1; number <= servers; number++) {
            var site = new Site(number, disk);
            sites.add(site);
            announce(site);
        }
        repeat("engine", LATE, this::tell);
        repeat("keeper", AWAY, () -> sites.forEach(Site::restartIfDead));
    }

    private void repeat(String process, Duration pause, Runnable deed) {
        var env = simulation.process(process).env();
        var ignored = env.tasks().spawn(process, () -> {
            var signal = env.signal();
            while (true) {
                var unused = signal.await(pause);
                deed.run();
            }
        });
    }

    List<Site> sites() {
        return sites;
    }

    MemoryStore truth() {
        return truth;
    }

    Wire wire() {
        return wire;
    }

    /** How often an agent was started again. */
    int agents() {
        return agents;
    }

    /** How often a flow was looked at and was with its backend. */
    int lasted() {
        return lasted;
    }

    /** Nothing fails from now on: {@link #broken} looks. */
    void expectCalm() {
        calm = true;
    }

    /** A container of the service is started and ready. */
    Box start(Site site, Offer offer) {
        site.last++;
        var box = new Box(site, offer, "10.192." + site.number + "." + site.last);
        boxes.add(box);
        return box;
    }

    /** Containers of the service that are wanted and live. */
    List<Box> ready(Offer offer) {
        return boxes.stream()
                .filter(box -> box.offer == offer && box.wanted && box.alive)
                .toList();
    }

    /** No new requests are meant for it; it ends later by {@link #end}. */
    void unwant(Box box) {
        box.wanted = false;
    }

    void end(Box box) {
        box.alive = false;
        forget(talk -> talk.backend == box || talk.asker.equals(box.asker()));
    }

    private void forget(Predicate<Talk> over) {
        talks.stream().filter(over).forEach(talk -> talk.connection.close());
        talks.removeIf(over);
    }

    void killAgent(Site site) {
        site.agent.kill();
    }

    void reboot(Site site) {
        killAgent(site);
        site.kernel.reboot();
        boxes.stream().filter(box -> box.site == site).toList().forEach(this::end);
        forget(talk -> talk.sites.contains(site));
    }

    /** Whatever somebody does to a server by hand, its flows need not last until its agent has mended it. */
    void disturb(Site site) {
        talks.stream().filter(talk -> talk.sites.contains(site)).forEach(talk -> talk.disturbed = true);
    }

    /** Somebody begins to talk to the service, from a container of one server or from outside to another. */
    boolean talk(Offer offer, RandomSource random) {
        var entrance = sites.get(random.nextInt(sites.size()));
        var containers = attached(entrance);
        var published = offer.published.get(random.nextInt(offer.published.size()));
        boolean inside = !containers.isEmpty() && random.nextBoolean();
        Asker asker = inside
                ? new Asker.Container(entrance.kernel.name(), Ipv4Address.parse(containers.getFirst()))
                : new Asker.Program(OUTSIDER);
        var to = inside
                ? End.of(offer.virtual, published.target())
                : new End(entrance.kernel.address(), published.port());
        var connection = wire.connect(asker, published.protocol(), to, random);
        var backend = backendOf(connection.began());
        if (backend.isEmpty()) {
            connection.close();
            return false;
        }
        var involved = new ArrayList<>(List.of(entrance, backend.get().site));
        talks.add(new Talk(connection, asker, published.protocol(), involved, backend.get()));
        return true;
    }

    private Optional<Box> backendOf(Reach began) {
        return boxes.stream()
                .filter(box -> box.alive && began instanceof Reach.Reached)
                .filter(box -> box.address.equals(began.towards().address().toString()))
                .findFirst();
    }

    /** What must not be: at any moment a flow that leaves a living backend; and while nothing fails, requests that nobody answers. */
    Optional<String> broken() {
        for (var talk : talks) {
            if (!talk.disturbed && talk.promised()) {
                if (!talk.connection.lasts()) {
                    return Optional.of("a flow that began with " + talk.connection.began() + " now ends at "
                            + talk.connection.next());
                }
                lasted++;
            }
        }
        return calm ? unserved() : Optional.empty();
    }

    private Optional<String> unserved() {
        var now = simulation.time().elapsed();
        for (var site : sites) {
            var dead = check.ledToNobody(now, DEAD_MAX, site.kernel.name(), services(), this::lives);
            if (dead.isPresent()) {
                return dead;
            }
            for (var offer : Offer.values()) {
                var targets = check.targets(site.kernel.name(), service(offer));
                if (targets.stream().noneMatch(address -> lives(address.toString()))) {
                    return Optional.of(site.kernel.name() + " leads to nobody who lives for " + offer);
                }
            }
        }
        return Optional.empty();
    }

    private boolean lives(String address) {
        return boxes.stream().anyMatch(box -> box.alive && box.address.equals(address));
    }

    /** What is not as it shall be, of all that truly can be asked. */
    Optional<String> difference() {
        for (var site : sites) {
            var wrong = check.difference(site.kernel.name(), services()).or(() -> untold(site));
            if (wrong.isPresent()) {
                return wrong;
            }
        }
        return check.unconnected(sites.stream().map(site -> site.kernel.name()).toList())
                .or(this::lostFlow);
    }

    /** Which ports others have is known. */
    private Optional<String> untold(Site site) {
        var told = site.taken.stream().map(PortTaken::port).sorted().toList();
        var truly = services().stream()
                .flatMap(service -> service.published().stream())
                .filter(published -> site.kernel.serves(published.transport(), published.port()))
                .map(Published::port)
                .sorted()
                .toList();
        return told.equals(truly)
                ? Optional.empty()
                : Optional.of(site.kernel.name() + " says that others have " + told + " instead of " + truly);
    }

    /** Connections find their backend again once what was done by hand is mended. */
    private Optional<String> lostFlow() {
        return talks.stream()
                .filter(talk -> talk.protocol == Protocol.TCP && talk.promised() && !talk.connection.lasts())
                .findFirst()
                .map(talk -> "a connection to " + talk.connection.began() + " is lost: " + talk.connection.next());
    }

    private List<Service> services() {
        return Arrays.stream(Offer.values()).map(this::service).toList();
    }

    private Service service(Offer offer) {
        var backends = ready(offer).stream().map(box -> box.address).sorted().toList();
        return new Service(offer.virtual, offer.published, backends);
    }

    private List<String> attached(Site site) {
        return boxes.stream()
                .filter(box -> box.site == site && box.alive)
                .map(box -> box.address)
                .toList();
    }

    private void tell() {
        for (var offer : Offer.values()) {
            var spec = EndpointsSpec.newBuilder();
            service(offer)
                    .backends()
                    .forEach(address -> spec.addBackends(Backend.newBuilder().setAddress(address)));
            var encoded = Kinds.ENDPOINTS.spec().encode(spec.build());
            var base = truth.get(Kinds.ENDPOINTS.key("default", offer.title()), ReadAt.LATEST)
                    .orElseThrow();
            if (!base.spec().equals(encoded)) {
                written(new Write.Update(base, Draft.from(base).withSpec(encoded)));
            }
        }
    }

    private void create(Offer offer) {
        var spec = ServiceSpec.newBuilder().setVirtualAddress(offer.virtual);
        for (var published : offer.published) {
            boolean udp = published.transport() == Transport.UDP;
            spec.addPorts(PortMapping.newBuilder()
                    .setPublished(published.port())
                    .setTarget(published.target())
                    .setProtocol(udp ? dev.banyan.api.v1.Protocol.UDP : dev.banyan.api.v1.Protocol.TCP));
        }
        create(
                Kinds.SERVICES.key("default", offer.title()),
                Kinds.SERVICES.spec().encode(spec.build()));
        create(
                Kinds.ENDPOINTS.key("default", offer.title()),
                Kinds.ENDPOINTS.spec().encode(EndpointsSpec.getDefaultInstance()));
    }

    private void announce(Site site) {
        var name = site.kernel.name();
        var agent = AgentSpec.newBuilder().setSubnet(site.subnet()).build();
        create(
                Kinds.AGENTS.key(ObjectKey.CLUSTER_SCOPE, name),
                Kinds.AGENTS.spec().encode(agent));
        var report = Kinds.AGENT_REPORTS.key(ObjectKey.CLUSTER_SCOPE, name);
        create(report, Kinds.AGENT_REPORTS.spec().encode(AgentReportSpec.getDefaultInstance()));
        var uid = truth.get(report, ReadAt.LATEST).orElseThrow().meta().uid();
        var status = AgentReportStatus.newBuilder()
                .setHostAddress(site.kernel.address().toString())
                .build();
        written(new Write.UpdateStatus(report, uid, Kinds.AGENT_REPORTS.status().encode(status)));
    }

    private void create(ObjectKey key, Bytes spec) {
        written(new Write.Create(Draft.of(key, spec)));
    }

    private void written(Write write) {
        if (!truth.commit(Commit.of(write)).written()) {
            throw new AssertionError("nobody else writes " + write);
        }
    }
}
