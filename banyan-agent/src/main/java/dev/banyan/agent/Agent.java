package dev.banyan.agent;

import dev.banyan.agent.container.ContainerException;
import dev.banyan.agent.container.containerd.ContainerdRuntime;
import dev.banyan.agent.container.daemon.ContainerNetwork;
import dev.banyan.agent.container.daemon.ContainerdChild;
import dev.banyan.agent.container.daemon.DaemonDirectory;
import dev.banyan.agent.container.daemon.DaemonSettings;
import dev.banyan.agent.container.daemon.HostPrograms;
import dev.banyan.agent.container.daemon.PauseImage;
import dev.banyan.agent.container.daemon.Registries;
import dev.banyan.agent.host.CheckedFile;
import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.HostCommand;
import dev.banyan.agent.kept.KeptListing;
import dev.banyan.agent.kept.KeptLoop;
import dev.banyan.agent.kept.SealingKey;
import dev.banyan.agent.network.OverlayLoop;
import dev.banyan.agent.network.PlainRoutes;
import dev.banyan.agent.proxy.NftablesProxy;
import dev.banyan.agent.proxy.ProxyLoop;
import dev.banyan.agent.proxy.ProxyOutcome;
import dev.banyan.agent.report.ReportLoop;
import dev.banyan.agent.session.Membership;
import dev.banyan.agent.session.Relay;
import dev.banyan.agent.session.Renewal;
import dev.banyan.agent.session.Session;
import dev.banyan.agent.upkeep.Disk;
import dev.banyan.agent.upkeep.Upkeep;
import dev.banyan.agent.workload.WorkloadConfig;
import dev.banyan.agent.workload.WorkloadController;
import dev.banyan.api.client.BanyanClient;
import dev.banyan.api.client.Endpoint;
import dev.banyan.api.config.Settings;
import dev.banyan.api.events.EventLog;
import dev.banyan.api.identity.CredentialsDirectory;
import dev.banyan.api.identity.OwnKey;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.kinds.Labels;
import dev.banyan.api.v1.AgentReportStatus;
import dev.banyan.api.v1.PortTaken;
import dev.banyan.api.v1.Protocol;
import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.controller.EventRecorder;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.manager.Component;
import dev.banyan.runtime.resource.LabelSelector;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.Selection;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** One server's share of the cluster, put together. Assembly only. */
final class Agent {
    /** Half of the cluster's range each: subnets of agents, and virtual addresses. */
    private static final String CONTAINERS = "10.192.0.0/13";

    private static final String SERVICES = "10.200.0.0/13";
    private static final Duration CRI_POLL = Duration.ofMillis(50);
    private static final Duration CONTAINERD_READY = Duration.ofSeconds(30);

    private final Env env;
    private final Settings settings;
    private final HostFacts host = new HostFacts();
    private final Path data;
    private final CredentialsDirectory credentials;
    private final OwnKey key;
    private final List<String> engines;
    private final List<Component> started = new ArrayList<>();

    Agent(Env env, Settings settings, List<String> engines) {
        this.env = env;
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
        var control = BanyanClient.open(key, engines, env);
        var session =
                new Session(env, control, new CheckedFile(data.resolve("membership")), host.bootId(), Main.version());
        start(session);
        start(new Renewal(env, control, key, credentials));
        var member = session.membership();
        var runtime = containers(member);
        var name = control.identity().name();
        var store = control.store();
        var kept = keptTasks();
        var tasks = Informer.of(Kinds.TASKS, store, env)
                .selection(Selection.of(Kinds.TASKS.name()).labelled(LabelSelector.of(Labels.AGENT, name)))
                .kept(kept::recall)
                .build();
        var events = new EventRecorder(env, EventLog.ofAgent(store, name));
        start(events);
        var report = new ReportLoop(env, store, name);
        report.change(facts(runtime));
        start(report);
        dataPlane(control, member, name, report);
        var config = new WorkloadConfig(
                member.agentUid(), data, Path.of(settings.text(AgentOptions.LOGS)), "/banyan/" + name);
        start(tasks);
        start(new KeptLoop<>(env, Kinds.TASKS, tasks, kept));
        var workload = new WorkloadController(env, tasks, store, runtime, config, host, events, session::fence);
        start(workload);
        start(new Upkeep(
                env,
                runtime,
                Disk.of(data),
                new Upkeep.Places(data.resolve("image-use"), config.logDirectory(), Registries.CLUSTER),
                new TaskNeeds(tasks, workload, config)));
        start(new Relay(env, control, session::tie, new TaskLogs(env, tasks.lister(), config)));
    }

    /** Stops deciding; containers, network and load balancer go on. */
    void stop() {
        started.reversed().forEach(Component::stop);
    }

    private KeptListing keptTasks() {
        var identity = key.credentials().identity();
        return new KeptListing(
                data.resolve("kept").resolve(Kinds.TASKS.name()),
                SealingKey.in(data.resolve("identity").resolve("kept.key"), env.entropy()),
                "cluster " + identity.cluster() + ", agent " + identity.name());
    }

    private ContainerdRuntime containers(Membership member) throws InterruptedException {
        var directory = new DaemonDirectory(data.resolve("containerd"), runDirectory(member));
        var pause = PauseImage.around(HostPrograms.OF_DEBIAN.catatonit());
        var daemon = DaemonSettings.of(directory, HostPrograms.OF_DEBIAN, pause.name());
        var child = new ContainerdChild(daemon, env);
        child.start();
        var network = new ContainerNetwork(
                "banyan-" + shortId(member), member.subnet(), Integer.parseInt(settings.text(AgentOptions.MTU)));
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
                directory.socket(), env, key.credentials().identity().cluster());
        awaitCri(runtime);
        // Only now: CRI learns of images by events, and misses those from before it was up.
        pause.load(daemon, env);
        return runtime;
    }

    /** The socket accepts before CRI serves behind it. */
    private void awaitCri(ContainerdRuntime runtime) throws InterruptedException {
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

    private void dataPlane(BanyanClient control, Membership member, String name, ReportLoop report) {
        var store = control.store();
        var commands = new HostCommand(env.tasks());
        var ranges = ClusterRanges.of(CONTAINERS, SERVICES, member.subnet());
        var agents = Informer.of(Kinds.AGENTS, store, env).build();
        var reports = Informer.of(Kinds.AGENT_REPORTS, store, env).build();
        var services = Informer.of(Kinds.SERVICES, store, env).build();
        var endpoints = Informer.of(Kinds.ENDPOINTS, store, env).build();
        start(new OverlayLoop(env, new PlainRoutes(shortId(member), commands, data), name, ranges, agents, reports));
        var self = Kinds.AGENTS.key(ObjectKey.CLUSTER_SCOPE, name);
        start(new ProxyLoop(
                env,
                new NftablesProxy(shortId(member), commands, data),
                ranges,
                () -> agents.lister()
                        .lastReadable(self)
                        .map(agent -> agent.spec().getTagsList())
                        .map(List::copyOf)
                        .orElse(List.of()),
                services,
                endpoints,
                outcome -> report.change(status -> reported(status, outcome))));
        List.of(agents, reports, services, endpoints).forEach(this::start);
    }

    private static AgentReportStatus reported(AgentReportStatus status, ProxyOutcome outcome) {
        var taken = outcome.taken().stream()
                .map(port -> PortTaken.newBuilder()
                        .setPort(port.port())
                        .setProtocol(
                                port.protocol() == dev.banyan.agent.proxy.Protocol.UDP ? Protocol.UDP : Protocol.TCP)
                        .setHolder(port.holder())
                        .build())
                .toList();
        var builder = status.toBuilder().clearPortsTaken().addAllPortsTaken(taken);
        return switch (outcome) {
            case ProxyOutcome.Applied applied ->
                builder.setAppliedRevision(applied.revision())
                        .setDataPlaneError("")
                        .build();
            case ProxyOutcome.Failed failed ->
                builder.setDataPlaneError(failed.reason()).build();
        };
    }

    private UnaryOperator<AgentReportStatus> facts(ContainerdRuntime runtime) throws InterruptedException {
        var version = runtime.version();
        var address = settings.text(AgentOptions.ADDRESS).isEmpty()
                ? addressTowardsEngine()
                : settings.text(AgentOptions.ADDRESS);
        return status -> status.toBuilder()
                .setVersion(Main.version())
                .setPlatform(host.platform())
                .setCapacity(host.capacity(
                        settings.text(AgentOptions.CAPACITY_CPU), settings.text(AgentOptions.CAPACITY_MEMORY)))
                .setHostAddress(address)
                .setContainerRuntime(version.name() + " " + version.version())
                .setKernel(host.kernel())
                .build();
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
        var told = settings.text(AgentOptions.RUN_DIRECTORY);
        return Path.of(told.isEmpty() ? "/run/banyan/" + shortId(member) : told);
    }

    private static String shortId(Membership member) {
        return member.agentUid().substring(0, 7);
    }
}
