package dev.banyan.agent;

import dev.banyan.agent.container.ContainerRuntime;
import dev.banyan.agent.container.daemon.Registries;
import dev.banyan.agent.container.door.ContainerDoor;
import dev.banyan.agent.device.DeviceLoop;
import dev.banyan.agent.device.Devices;
import dev.banyan.agent.dns.Askers;
import dev.banyan.agent.dns.Names;
import dev.banyan.agent.dns.NamesLoop;
import dev.banyan.agent.dns.NamesRules;
import dev.banyan.agent.dns.NamesTable;
import dev.banyan.agent.farewell.Farewell;
import dev.banyan.agent.host.AddressFamily;
import dev.banyan.agent.host.CheckedFile;
import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.CommandRunner;
import dev.banyan.agent.host.PortSpace;
import dev.banyan.agent.host.SettingsTree;
import dev.banyan.agent.isolation.Attached;
import dev.banyan.agent.isolation.IsolationLoop;
import dev.banyan.agent.isolation.IsolationRules;
import dev.banyan.agent.kept.KeptListing;
import dev.banyan.agent.kept.KeptLoop;
import dev.banyan.agent.kept.SealingKey;
import dev.banyan.agent.material.Materials;
import dev.banyan.agent.network.OverlayChoice;
import dev.banyan.agent.network.OverlayDriver;
import dev.banyan.agent.network.OverlayLoop;
import dev.banyan.agent.network.PathSizes;
import dev.banyan.agent.network.PlainRoutes;
import dev.banyan.agent.network.WireGuard;
import dev.banyan.agent.network.wireguard.TunnelKey;
import dev.banyan.agent.path.PathLoop;
import dev.banyan.agent.path.WholePackets;
import dev.banyan.agent.probe.KernelWays;
import dev.banyan.agent.probe.Probing;
import dev.banyan.agent.proxy.NftablesProxy;
import dev.banyan.agent.proxy.ProxyLoop;
import dev.banyan.agent.reach.Inspection;
import dev.banyan.agent.reach.Reaching;
import dev.banyan.agent.report.AddressLoop;
import dev.banyan.agent.report.ReportLoop;
import dev.banyan.agent.session.Membership;
import dev.banyan.agent.session.Relay;
import dev.banyan.agent.session.Session;
import dev.banyan.agent.upkeep.Disk;
import dev.banyan.agent.upkeep.Upkeep;
import dev.banyan.agent.volume.VolumeController;
import dev.banyan.agent.workload.BootClock;
import dev.banyan.agent.workload.StopGate;
import dev.banyan.agent.workload.WorkloadConfig;
import dev.banyan.agent.workload.WorkloadController;
import dev.banyan.api.client.BanyanClient;
import dev.banyan.api.events.EventLog;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.kinds.Labels;
import dev.banyan.api.kinds.settings.Features;
import dev.banyan.api.twin.TwinPrefix;
import dev.banyan.api.v1.AllowedBind;
import dev.banyan.api.v1.MaterialPart;
import dev.banyan.api.v1.OpenMaterialRequest;
import dev.banyan.api.v1.OverlayReport;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.controller.EventRecorder;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.manager.Component;
import dev.banyan.runtime.resource.LabelSelector;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * All that an agent does for its cluster once it is a member and its container runtime answers: whatever it does it with, so that the same
 * assembly runs in simulations. Assembly only.
 */
public final class Duties {
    /** Half of the cluster's range each: subnets of agents, and virtual addresses. */
    private static final String CONTAINERS = "10.192.0.0/13";

    private static final String SERVICES = "10.200.0.0/13";

    /**
     * Who works, and for whom.
     *
     * @param control the way to the engines
     */
    public record Post(Session session, Membership member, BanyanClient control) {}

    /**
     * The kernel of the server: programs that change it, its ports and its settings.
     *
     * @param ipv6 whether containers may have IPv6 addresses
     */
    public record Kernel(
            CommandRunner commands, PortSpace ports, SettingsTree settings, OverlayChoice overlay, boolean ipv6) {
        /** One whose link is trusted. */
        public Kernel(CommandRunner commands, PortSpace ports, SettingsTree settings) {
            this(commands, ports, settings, new OverlayChoice.Routes(), false);
        }
    }

    /**
     * What it works with.
     *
     * @param data where the agent keeps what it must know again after a restart
     * @param logs where the output of containers is written
     * @param memory a directory that lies in memory, for what no disk shall hold
     * @param binds paths of this server that containers may have
     * @param privileges what containers may be granted
     * @param devices that tasks may have for themselves
     * @param searches domains that the server tries for short names
     * @param door ways into running containers
     * @param surroundings what of servers containers shall not reach
     */
    public record Tools(
            ContainerRuntime runtime,
            Kernel kernel,
            BootClock clock,
            Path data,
            Path logs,
            Path memory,
            List<AllowedBind> binds,
            List<String> privileges,
            Devices devices,
            Supplier<List<String>> searches,
            ContainerDoor door,
            Surroundings surroundings) {
        public Tools {
            binds = List.copyOf(binds);
            privileges = List.copyOf(privileges);
        }

        /** Those of an agent whose containers may have no path of the server and no device, and into which nobody comes. */
        public Tools(
                ContainerRuntime runtime,
                Kernel kernel,
                BootClock clock,
                Path data,
                Path logs,
                Path memory,
                List<String> privileges) {
            this(
                    runtime,
                    kernel,
                    clock,
                    data,
                    logs,
                    memory,
                    List.of(),
                    privileges,
                    Devices.none(),
                    List::of,
                    ContainerDoor.none(),
                    new Surroundings(List::of, List::of));
        }
    }

    /**
     * Where servers are, as addresses of IPv4 and IPv6.
     *
     * @param own of this server at this moment; sorted
     * @param engines as they are found now
     */
    public record Surroundings(Supplier<List<String>> own, Supplier<List<String>> engines) {}

    private final Env env;
    private final Post post;
    private final Tools tools;
    private final String name;
    private final Store store;
    private final ReportLoop report;
    private final Askers askers = new Askers(WorkloadConfig.TASK_LABEL);
    private final Names names = new Names(askers);
    private final Attached attached;
    private final DataPlane dataPlane;
    private final List<Component> components = new ArrayList<>();

    /** New components, not started yet. */
    public Duties(Env env, Post post, Tools tools) {
        this.env = env;
        this.post = post;
        this.tools = tools;
        this.name = post.control().identity().name();
        this.store = post.control().store();
        this.report = new ReportLoop(env, store, name);
        this.dataPlane = new DataPlane(report::change);
        this.attached = new Attached(
                env, tools.kernel().commands(), tools.kernel().settings(), ranges(), WorkloadConfig.TASK_LABEL);
        report.change(status -> status.toBuilder()
                .addAllBinds(tools.binds())
                .addAllFeatures(Features.KNOWN)
                .setIsolates(true)
                .setProbesIpv6(ranges().twins().isPresent())
                .setIpv6Prefix(ranges().twins().map(TwinPrefix::toString).orElse(""))
                .build());
        var events = new EventRecorder(env, EventLog.ofAgent(store, name));
        components.add(events);
        components.add(report);
        components.add(new AddressLoop(env, tools.surroundings().own(), report));
        components.add(new DeviceLoop(
                env,
                tools.devices(),
                told -> report.change(status -> status.toBuilder()
                        .clearDevices()
                        .addAllDevices(told.offered())
                        .clearDeviceProblems()
                        .addAllDeviceProblems(told.problems())
                        .build())));
        workload(events, dataPlane(events));
    }

    /** All of it, in the order of start. */
    public List<Component> components() {
        return List.copyOf(components);
    }

    /** What the cluster is told of this server. */
    public ReportLoop report() {
        return report;
    }

    /** What containers learn when they ask for a name. */
    public Names names() {
        return names;
    }

    private void workload(EventRecorder events, StopGate gate) {
        var kept = keptTasks();
        var tasks = Informer.of(Kinds.TASKS, store, env)
                .selection(Selection.of(Kinds.TASKS.name()).labelled(LabelSelector.of(Labels.AGENT, name)))
                .kept(kept::recall)
                .build();
        var session = post.session();
        var config = new WorkloadConfig(
                post.member().agentUid(),
                tools.data(),
                tools.logs(),
                "/banyan/" + name,
                tools.binds(),
                tools.privileges(),
                Optional.of(ranges().gateway().toString()),
                new WorkloadConfig.NameServers(
                        List.of(
                                ranges().gateway().toString(),
                                NamesTable.helperAddress(ranges()).toString()),
                        tools.searches(),
                        HostFacts::hosts),
                tools.devices());
        var workload = new WorkloadController(
                env,
                tasks,
                store,
                attached.watching(askers.watching(tools.runtime())),
                new Materials(tools.memory(), this::material),
                config,
                tools.clock(),
                events,
                session::fence,
                gate);
        components.add(tasks);
        components.add(new KeptLoop<>(env, Kinds.TASKS, tasks, kept));
        components.add(workload);
        components.addAll(volumes(tasks, config));
        components.add(new Upkeep(
                env,
                tools.runtime(),
                Disk.of(tools.data()),
                new Upkeep.Places(tools.data().resolve("image-use"), tools.logs(), Registries.CLUSTER),
                new TaskNeeds(tasks, workload, config)));
        var reaching = new Reaching(env, tools.runtime(), tools.door(), WorkloadConfig.TASK_LABEL);
        var inspection = new Inspection(tools.runtime(), tools.door(), WorkloadConfig.TASK_LABEL, workload::health);
        var probing = probing();
        var sources = new Relay.Sources(
                new TaskLogs(env, tasks.lister(), config), (request, person) -> switch (request.getWhatCase()) {
                    case PROBE -> probing.serve(request.getProbe(), person);
                    case FACTS -> inspection.serve(request, person);
                    case EXEC, READ, WRITE, FORWARD, WHAT_NOT_SET -> reaching.serve(request, person);
                });
        components.add(new Relay(env, post.control(), session::tie, sources));
    }

    private Probing probing() {
        var ranges = ranges();
        var twins = ranges.twins().map(AddressFamily::ipv6);
        var ways = new KernelWays(ranges.gateway(), NamesTable.LISTENING, twins);
        return new Probing(env, ranges, ways, () -> report.now().getAppliedRevision());
    }

    private ClusterRanges ranges() {
        return ranges(
                post.member(),
                post.control().identity().cluster(),
                tools.kernel().ipv6());
    }

    /** The addresses of {@code cluster} as this server carries them. */
    static ClusterRanges ranges(Membership member, String cluster, boolean ipv6) {
        var ranges = ClusterRanges.of(CONTAINERS, SERVICES, member.subnet());
        return ipv6 ? ranges.with(TwinPrefix.of(cluster)) : ranges;
    }

    private List<Component> volumes(Informer<TaskSpec, TaskStatus> tasks, WorkloadConfig config) {
        var volumes = Informer.of(Kinds.VOLUMES, store, env)
                .selection(Selection.of(Kinds.VOLUMES.name()).labelled(LabelSelector.of(Labels.AGENT, name)))
                .build();
        var self = new VolumeController.Self(name, config.agentUid(), post.session()::fence);
        return List.of(
                volumes, new VolumeController(env, store, tools.runtime(), config.volumes(), self, tasks, volumes));
    }

    private List<MaterialPart> material(Resource<TaskSpec, TaskStatus> task) {
        return post.control()
                .openMaterial(OpenMaterialRequest.newBuilder()
                        .setNamespace(task.key().namespace())
                        .setTask(task.name())
                        .setTaskUid(task.uid())
                        .setEpoch(post.session().epoch())
                        .build());
    }

    private KeptListing keptTasks() {
        var identity = post.control().identity();
        return new KeptListing(
                tools.data().resolve("kept").resolve(Kinds.TASKS.name()),
                SealingKey.in(tools.data().resolve("identity").resolve("kept.key"), env.entropy()),
                "cluster " + identity.cluster() + ", agent " + identity.name());
    }

    /** Packet rules and names; the gate says when the cluster leads nobody to a container any more. */
    private StopGate dataPlane(EventRecorder events) {
        var id = shortId(post.member());
        var kernel = tools.kernel();
        var ranges = ranges();
        var agents = Informer.of(Kinds.AGENTS, store, env).build();
        var reports = Informer.of(Kinds.AGENT_REPORTS, store, env).build();
        var services = Informer.of(Kinds.SERVICES, store, env).build();
        var endpoints = Informer.of(Kinds.ENDPOINTS, store, env).build();
        var self = Kinds.AGENTS.key(ObjectKey.CLUSTER_SCOPE, name);
        components.add(overlay(id, ranges, new OverlayLoop.Others(agents, reports, paths(ranges)), events));
        components.add(new ProxyLoop(
                env,
                new NftablesProxy(env.tasks(), id, kernel.commands(), kernel.ports(), tools.data()),
                ranges,
                () -> agents.lister()
                        .lastReadable(self)
                        .map(agent -> agent.spec().getTagsList())
                        .map(List::copyOf)
                        .orElse(List.of()),
                services,
                endpoints,
                dataPlane::balanced));
        components.add(new IsolationLoop(
                env,
                new IsolationRules(id, kernel.commands(), ranges),
                attached,
                new CheckedFile(tools.data().resolve("isolation")),
                new IsolationLoop.Sources(
                        agents,
                        reports,
                        services,
                        endpoints,
                        tools.surroundings().engines()),
                dataPlane::isolated));
        components.add(new NamesLoop(
                env,
                names,
                new NamesRules(id, kernel.commands(), ranges),
                new CheckedFile(tools.data().resolve("names")),
                new NamesLoop.Sources(name, agents, services, endpoints)));
        components.addAll(List.of(agents, reports, services, endpoints));
        return new Farewell(env, agents, reports, endpoints, events, report::waited)::before;
    }

    /** Where servers share a link, the way between them takes what it takes. */
    private PathSizes paths(ClusterRanges ranges) {
        return switch (tools.kernel().overlay()) {
            case OverlayChoice.Routes routes -> PathSizes.NONE;
            case OverlayChoice.Encrypted(var settings) -> {
                var packets = new WholePackets(env, ranges.gateway());
                var loop = new PathLoop(env, settings.mtu(), packets);
                components.add(loop);
                yield loop;
            }
        };
    }

    private OverlayLoop overlay(String id, ClusterRanges ranges, OverlayLoop.Others others, EventRecorder events) {
        var kernel = tools.kernel();
        var offer = OverlayReport.newBuilder();
        OverlayDriver driver =
                switch (kernel.overlay()) {
                    case OverlayChoice.Routes routes -> {
                        offer.setKind(OverlayReport.Kind.ROUTES);
                        yield new PlainRoutes(id, kernel.commands(), kernel.settings(), tools.data());
                    }
                    case OverlayChoice.Encrypted(var settings) -> {
                        var key =
                                TunnelKey.in(tools.data().resolve("identity").resolve("wireguard.key"), env.entropy());
                        offer.setKind(OverlayReport.Kind.WIREGUARD)
                                .setPublicKey(key.publicKey().text())
                                .setPort(settings.port());
                        var server = new WireGuard.Server(kernel.commands(), kernel.settings(), tools.data());
                        yield new WireGuard(id, server, new WireGuard.End(key, settings), env.time());
                    }
                };
        report.change(status -> status.toBuilder().setOverlay(offer).build());
        var self = new OverlayLoop.Self(name, ranges, offer.build());
        return new OverlayLoop(env, driver, self, others, now -> told(now, events));
    }

    private void told(OverlayReport now, EventRecorder events) {
        report.change(status -> status.toBuilder().setOverlay(now).build());
        if (!now.getRefusal().isEmpty()) {
            events.warning(Kinds.AGENTS.key(ObjectKey.CLUSTER_SCOPE, name), "NoOverlay", now.getRefusal());
        }
    }

    /** What tells this agent's things from those of others on one machine. */
    static String shortId(Membership member) {
        return member.agentUid().substring(0, 7);
    }
}
