package dev.banyan.agent;

import dev.banyan.agent.container.ContainerException;
import dev.banyan.agent.container.ContainerRuntime;
import dev.banyan.agent.container.ObservedSandbox;
import dev.banyan.agent.container.containerd.ContainerdRuntime;
import dev.banyan.agent.container.containerd.EnvironmentFiles;
import dev.banyan.agent.container.daemon.ContainerNetwork;
import dev.banyan.agent.container.daemon.ContainerdChild;
import dev.banyan.agent.container.daemon.DaemonDirectory;
import dev.banyan.agent.container.daemon.DaemonSettings;
import dev.banyan.agent.container.daemon.HostPrograms;
import dev.banyan.agent.container.daemon.LostShims;
import dev.banyan.agent.container.daemon.PauseImage;
import dev.banyan.agent.container.daemon.Registries;
import dev.banyan.agent.container.door.ContainerDoor;
import dev.banyan.agent.device.Devices;
import dev.banyan.agent.dns.Desk;
import dev.banyan.agent.dns.NamesTable;
import dev.banyan.agent.dns.TcpDoor;
import dev.banyan.agent.dns.UdpDoor;
import dev.banyan.agent.dns.upstream.Upstreams;
import dev.banyan.agent.firewall.LegacyFirewall;
import dev.banyan.agent.firewall.LegacyLoop;
import dev.banyan.agent.host.CheckedFile;
import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.HostCommand;
import dev.banyan.agent.host.PortHold;
import dev.banyan.agent.host.ProcSettings;
import dev.banyan.agent.host.flow.FlowFile;
import dev.banyan.agent.host.nft.StandingNft;
import dev.banyan.agent.material.MemoryDirectory;
import dev.banyan.agent.session.Membership;
import dev.banyan.agent.session.Renewal;
import dev.banyan.agent.session.Session;
import dev.banyan.api.client.BanyanClient;
import dev.banyan.api.client.Endpoint;
import dev.banyan.api.config.Settings;
import dev.banyan.api.identity.CredentialsDirectory;
import dev.banyan.api.identity.OwnKey;
import dev.banyan.api.v1.AgentReportStatus;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.manager.Component;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One server's share of the cluster, put together. Assembly only. */
final class Agent {
    private static final Duration CRI_POLL = Duration.ofMillis(50);
    private static final Duration CONTAINERD_READY = Duration.ofSeconds(30);

    private final Env env;
    private final Settings settings;
    private final HostFacts host = new HostFacts();
    private final Path data;
    private final CredentialsDirectory credentials;
    private final OwnKey key;
    private final List<String> engines;
    private final StandingNft commands;
    private final List<Component> started = new ArrayList<>();

    Agent(Env env, Settings settings, List<String> engines) {
        this.env = env;
        this.commands = new StandingNft(new FlowFile(new HostCommand(env.tasks())), env.tasks());
        this.settings = settings;
        this.engines = engines;
        this.data = Path.of(settings.text(AgentOptions.DATA));
        this.credentials = new CredentialsDirectory(data.resolve("identity"));
        this.key = new OwnKey(credentials
                .load()
                .orElseThrow(() -> new IllegalStateException(
                        "this agent belongs to no cluster yet. Run: banyan-agent join --data " + data)));
    }

    /** Starts everything; returns once the agent works, which the first time needs an engine. */
    void start() throws InterruptedException {
        AgentOptions.checkPrivileges(settings);
        var address = address();
        var control = BanyanClient.open(key, engines, env);
        var session =
                new Session(env, control, new CheckedFile(data.resolve("membership")), host.bootId(), Main.version());
        start(session);
        start(new Renewal(env, control, key, credentials));
        var member = session.membership();
        int link = host.linkMtu(address);
        boolean ipv6 = AgentOptions.ipv6(settings, link) && host.hasIpv6();
        var ranges = Duties.ranges(member, control.identity().cluster(), ipv6);
        var runtime = containers(member, AgentOptions.mtu(settings, link));
        var upstreams = upstreams(ranges);
        var door = door(runtime, member);
        var duties = new Duties(
                env,
                new Duties.Post(session, member, control),
                new Duties.Tools(
                        runtime,
                        new Duties.Kernel(
                                commands,
                                PortHold::open,
                                new ProcSettings(),
                                AgentOptions.overlay(settings, link),
                                ipv6),
                        host,
                        data,
                        Path.of(settings.text(AgentOptions.LOGS)),
                        MemoryDirectory.within(
                                new DaemonDirectory(data.resolve("containerd"), runDirectory(member)).memory(),
                                "tasks"),
                        AllowedBinds.parse(settings.text(AgentOptions.BINDS)),
                        settings.list(AgentOptions.PRIVILEGES),
                        new Devices(settings.list(AgentOptions.DEVICE_SPECS).stream()
                                .map(Path::of)
                                .toList()),
                        upstreams::searches,
                        door,
                        new Duties.Surroundings(
                                () -> host.addresses(ranges),
                                new EngineAddresses(env, hosts(session), session::engineAddresses)
                                        .once(session::heard))));
        var desk = new Desk(env, duties.names(), upstreams);
        start(new UdpDoor(env, desk, NamesTable.LISTENING));
        start(new TcpDoor(env, desk, NamesTable.LISTENING));
        duties.report().change(facts(runtime, address, ipv6));
        duties.components().forEach(this::start);
        var firewall = new LegacyFirewall(Duties.shortId(member), commands, ranges, LegacyFirewall.NETWORK);
        start(new LegacyLoop(env, firewall));
    }

    /** Names and addresses of the engines that this agent was told of, or has a session with. */
    private Supplier<List<String>> hosts(Session session) {
        return () -> Stream.concat(
                        engines.stream().map(Endpoint::parse), session.tie().map(Session.Tie::engine).stream())
                .filter(Endpoint.Tcp.class::isInstance)
                .map(Endpoint.Tcp.class::cast)
                .map(Endpoint.Tcp::host)
                .distinct()
                .toList();
    }

    /** What people began in containers before this start has nobody any more. */
    private ContainerDoor door(ContainerdRuntime runtime, Membership member) {
        var memory = new DaemonDirectory(data.resolve("containerd"), runDirectory(member)).memory();
        var door = runtime.door(MemoryDirectory.within(memory, "commands"));
        env.tasks().spawn("former commands", door::sweep);
        return door;
    }

    /** Whom this server asks for names, unless that would be the cluster again. */
    private Upstreams upstreams(ClusterRanges ranges) {
        return new Upstreams(
                env.time(),
                new Upstreams.Places(
                        Path.of(settings.text(AgentOptions.RESOLV_CONF)), Path.of("/run/systemd/resolve/resolv.conf")),
                address -> NamesTable.leadsHere(ranges, address));
    }

    /** Stops deciding; containers, network and load balancer go on. */
    void stop() {
        started.reversed().forEach(Component::stop);
        commands.close();
    }

    private ContainerdRuntime containers(Membership member, int mtu) throws InterruptedException {
        var directory = new DaemonDirectory(data.resolve("containerd"), runDirectory(member));
        var pause = PauseImage.around(HostPrograms.OF_DEBIAN.catatonit());
        var daemon = DaemonSettings.of(directory, HostPrograms.OF_DEBIAN, pause.name());
        var memory = MemoryDirectory.at(directory.memory(), new HostCommand(env.tasks()));
        var environments = new EnvironmentFiles(MemoryDirectory.within(memory, "environments"));
        var child = new ContainerdChild(daemon, env);
        child.start();
        var network = new ContainerNetwork("banyan-" + Duties.shortId(member), member.subnet(), mtu);
        network.write(directory);
        new Registries(directory)
                .write(
                        List.of(URI.create("https://" + member.registry())),
                        new Registries.Credentials(
                                credentials.authority(), credentials.certificate(), credentials.key()));
        if (!child.awaitReady(CONTAINERD_READY)) {
            throw new IllegalStateException(
                    "containerd did not answer within " + CONTAINERD_READY + "; see its log below " + directory.data());
        }
        var runtime = ContainerdRuntime.at(
                directory.socket(),
                env,
                key.credentials().identity().cluster(),
                new ContainerdRuntime.Helpers(HostPrograms.OF_DEBIAN.catatonit(), environments));
        awaitCri(env, runtime);
        // Only now: CRI learns of images by events, and misses those from before it was up.
        pause.load(daemon, env);
        start(new LostShims(env, directory, () -> sandboxes(runtime)));
        return runtime;
    }

    /** The ids of all of them. */
    static Set<String> sandboxes(ContainerRuntime runtime) throws InterruptedException {
        return runtime.list().sandboxes().stream().map(ObservedSandbox::id).collect(Collectors.toSet());
    }

    /** The socket accepts before CRI serves behind it. */
    static void awaitCri(Env env, ContainerdRuntime runtime) throws InterruptedException {
        var pause = env.signal();
        long begun = env.time().nanos();
        while (true) {
            try {
                var ignored = runtime.list();
                return;
            } catch (ContainerException starting) {
                if (env.time().since(begun).compareTo(CONTAINERD_READY) > 0) {
                    throw new IllegalStateException(
                            "containerd's CRI did not answer: " + starting.getMessage(), starting);
                }
                var ignored = pause.await(CRI_POLL);
            }
        }
    }

    private UnaryOperator<AgentReportStatus> facts(ContainerdRuntime runtime, String address, boolean ipv6)
            throws InterruptedException {
        var version = runtime.version();
        return status -> status.toBuilder()
                .setVersion(Main.version())
                .setPlatform(host.platform())
                .setCapacity(host.capacity(
                        settings.text(AgentOptions.CAPACITY_CPU), settings.text(AgentOptions.CAPACITY_MEMORY)))
                .setHostAddress(address)
                .setContainerRuntime(version.name() + " " + version.version())
                .setKernel(host.kernel())
                .addAllPrivileges(settings.list(AgentOptions.PRIVILEGES))
                .clearFeatures()
                .addAllFeatures(host.features(ipv6))
                .build();
    }

    /** Under which other agents reach this one. */
    private String address() {
        var told = settings.text(AgentOptions.ADDRESS);
        return told.isEmpty() ? addressTowardsEngine() : told;
    }

    private String addressTowardsEngine() {
        return engines.stream()
                .map(Endpoint::parse)
                .filter(Endpoint.Tcp.class::isInstance)
                .map(Endpoint.Tcp.class::cast)
                .findFirst()
                .map(engine -> host.addressTowards(engine.host(), engine.port()))
                .orElseThrow(() -> new IllegalStateException(
                        "the engine is reached by a local socket: name this server's address with --address"));
    }

    private void start(Component component) {
        component.start();
        started.add(component);
    }

    /** Of its own for each agent: several may run on one machine. */
    private Path runDirectory(Membership member) {
        return runDirectory(settings, member);
    }

    static Path runDirectory(Settings settings, Membership member) {
        var told = settings.text(AgentOptions.RUN_DIRECTORY);
        return Path.of(told.isEmpty() ? "/run/banyan/" + Duties.shortId(member) : told);
    }
}
