package dev.banyan.agent.container.containerd;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.FieldMask;
import dev.banyan.agent.container.ContainerException;
import dev.banyan.agent.container.ContainerException.Kind;
import dev.banyan.agent.container.ContainerSpec;
import dev.banyan.agent.container.ExecOutcome;
import dev.banyan.agent.container.ImageConfig;
import dev.banyan.agent.container.ObservedContainer;
import dev.banyan.agent.container.StopOutcome;
import dev.banyan.agent.container.StopSignal;
import dev.banyan.agent.container.Tuning;
import dev.banyan.agent.container.containerd.containers.v1.Container;
import dev.banyan.agent.container.containerd.containers.v1.GetContainerRequest;
import dev.banyan.agent.container.containerd.containers.v1.UpdateContainerRequest;
import dev.banyan.agent.container.cri.v1.ContainerConfig;
import dev.banyan.agent.container.cri.v1.ContainerFilter;
import dev.banyan.agent.container.cri.v1.ContainerStatus;
import dev.banyan.agent.container.cri.v1.ContainerStatusRequest;
import dev.banyan.agent.container.cri.v1.CreateContainerRequest;
import dev.banyan.agent.container.cri.v1.ListContainersRequest;
import dev.banyan.agent.container.cri.v1.RemoveContainerRequest;
import dev.banyan.agent.container.cri.v1.ReopenContainerLogRequest;
import dev.banyan.agent.container.cri.v1.StartContainerRequest;
import dev.banyan.agent.container.device.DevicePatch;
import dev.banyan.agent.container.mounts.BelowMounts;
import dev.banyan.agent.container.mounts.MemoryMounts;
import dev.banyan.agent.container.oci.BlockIoPatch;
import dev.banyan.agent.container.oci.Disks;
import dev.banyan.agent.container.oci.HostLimits;
import dev.banyan.agent.container.oci.SeccompPatch;
import dev.banyan.agent.container.oci.Server;
import dev.banyan.agent.container.oci.SpecPatch;
import dev.banyan.runtime.env.Env;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** Containers, from created to removed. Thread-safe. */
final class Containers {
    private final Connection connection;
    private final Owner owner;
    private final Sandboxes sandboxes;
    private final Images images;
    private final Ending ending;
    private final Commands commands;
    private final ImageGroups groups;
    private final ContainerdRuntime.Helpers helpers;

    /** By id: CRI's listing lacks how a container ended, which never changes, and a listing must not cost a call for each. */
    private final Map<String, ObservedContainer.State.Ended> ends = new ConcurrentHashMap<>();

    /** Made here and not started yet: these need no look at whose they are. */
    private final Set<String> made = ConcurrentHashMap.newKeySet();

    Containers(
            Connection connection,
            Env env,
            Owner owner,
            Sandboxes sandboxes,
            Images images,
            ImageGroups groups,
            ContainerdRuntime.Helpers helpers) {
        this.connection = connection;
        this.owner = owner;
        this.sandboxes = sandboxes;
        this.images = images;
        this.ending = new Ending(connection, env, this::find);
        this.commands = new Commands(connection, env);
        this.groups = groups;
        this.helpers = helpers;
    }

    /** A container that went between the listing and the look at it is left out. */
    List<ObservedContainer> list() throws InterruptedException {
        var environed =
                helpers.environments().ids(); // asked before: what is not listed after was removed with its sandbox
        var listed = owned(Map.of());
        ends.keySet()
                .retainAll(listed.stream()
                        .map(dev.banyan.agent.container.cri.v1.Container::getId)
                        .collect(Collectors.toSet()));
        listed.forEach(container -> environed.remove(container.getId()));
        environed.forEach(helpers.environments()::remove);
        return observed(listed);
    }

    /** Those that carry {@code label} with {@code value}. */
    List<ObservedContainer> list(String label, String value) throws InterruptedException {
        return observed(owned(Map.of(label, value)));
    }

    private List<dev.banyan.agent.container.cri.v1.Container> owned(Map<String, String> labels)
            throws InterruptedException {
        var request = ListContainersRequest.newBuilder()
                .setFilter(ContainerFilter.newBuilder().putAllLabelSelector(owner.marked(labels)))
                .build();
        return connection
                .call(
                        "list containers",
                        () -> connection.runtime(Connection.SHORT).listContainers(request))
                .getContainersList();
    }

    private List<ObservedContainer> observed(List<dev.banyan.agent.container.cri.v1.Container> listed)
            throws InterruptedException {
        var observed = new ArrayList<ObservedContainer>();
        for (var container : listed) {
            state(container)
                    .map(state -> ContainerConfigs.observed(container, state))
                    .ifPresent(observed::add);
        }
        return observed;
    }

    String create(String sandboxId, ContainerSpec wanted) throws InterruptedException {
        var spec = groups.numbered(wanted);
        var sandbox = sandboxes.require(sandboxId);
        if (!spec.process().environment().isEmpty() && !SandboxConfigs.environments(sandbox)) {
            throw new ContainerException(
                    Kind.INVALID, "sandbox " + sandboxId + " was made for containers without environments");
        }
        var image = images.config(spec.image())
                .orElseThrow(() -> new ContainerException(Kind.NOT_FOUND, "image not present: " + spec.image()));
        var request = CreateContainerRequest.newBuilder()
                .setPodSandboxId(sandboxId)
                .setConfig(config(spec, image))
                .setSandboxConfig(SandboxConfigs.restored(sandbox))
                .build();
        var id = connection
                .call(
                        "create container " + spec.name() + " attempt " + spec.attempt(),
                        () -> connection.runtime(Connection.LONG).createContainer(request))
                .getContainerId();
        finish(id, spec, SandboxConfigs.environments(sandbox));
        made.add(id);
        return id;
    }

    private ContainerConfig config(ContainerSpec spec, ImageConfig image) {
        var config = ContainerConfigs.of(spec, image, owner);
        return spec.tuning().manner().init() ? ContainerConfigs.withInit(config, helpers.init()) : config;
    }

    void start(String id) throws InterruptedException {
        if (!made.remove(id)) {
            require(id);
        }
        var request = StartContainerRequest.newBuilder().setContainerId(id).build();
        connection.call(
                "start container " + id,
                () -> connection.runtime(Connection.LONG).startContainer(request));
    }

    StopOutcome stop(String id, StopSignal signal, Duration grace) throws InterruptedException {
        var status = find(id);
        if (status.isEmpty()) {
            return new StopOutcome.NotRunning();
        }
        owner.require("container " + id, status.get().getLabelsMap());
        return switch (ContainerConfigs.state(status.get())) {
            case ObservedContainer.State.Created created -> new StopOutcome.NotRunning();
            case ObservedContainer.State.Ended ended -> new StopOutcome.AlreadyEnded(ended.exit());
            case ObservedContainer.State.Running running -> ending.end(id, signal, grace);
            case ObservedContainer.State.Unknown unknown -> ending.kill(id);
        };
    }

    void remove(String id) throws InterruptedException {
        var status = find(id);
        if (status.isEmpty()) {
            return;
        }
        owner.require("container " + id, status.get().getLabelsMap());
        var request = RemoveContainerRequest.newBuilder().setContainerId(id).build();
        connection.call(
                "remove container " + id,
                () -> connection.runtime(Connection.LONG).removeContainer(request));
        helpers.environments().remove(id);
        made.remove(id);
    }

    ExecOutcome exec(String id, List<String> command, Duration timeout) throws InterruptedException {
        require(id);
        return commands.run(id, command, timeout);
    }

    void reopenLog(String id) throws InterruptedException {
        require(id);
        var request = ReopenContainerLogRequest.newBuilder().setContainerId(id).build();
        connection.call(
                "reopen the log of container " + id,
                () -> connection.runtime(Connection.SHORT).reopenContainerLog(request));
    }

    /** Refuses a container that is not this cluster's, or not there. */
    void require(String id) throws InterruptedException {
        var status = find(id).orElseThrow(() -> new ContainerException(Kind.NOT_FOUND, "no container " + id));
        owner.require("container " + id, status.getLabelsMap());
    }

    private Optional<ObservedContainer.State> state(dev.banyan.agent.container.cri.v1.Container container)
            throws InterruptedException {
        if (!ContainerConfigs.needsStatus(container.getState())) {
            return Optional.of(ContainerConfigs.state(
                    ContainerStatus.newBuilder().setState(container.getState()).build()));
        }
        var known = ends.get(container.getId());
        if (known != null) {
            return Optional.of(known);
        }
        var state = find(container.getId()).map(ContainerConfigs::state);
        if (state.isPresent() && state.get() instanceof ObservedContainer.State.Ended ended) {
            ends.put(container.getId(), ended);
        }
        return state;
    }

    /**
     * @param environed runc is told the environment of every container of its sandbox, and refuses one for which there is none
     */
    private void finish(String id, ContainerSpec spec, boolean environed) throws InterruptedException {
        var devices = spec.tuning().devices();
        var filter = spec.tuning().powers().seccomp();
        var disks = spec.tuning().shares().disks();
        boolean patched = SpecPatch.needed(spec)
                || MemoryMounts.needed(spec.mounts())
                || BelowMounts.needed(spec.mounts())
                || !devices.isEmpty()
                || !filter.isEmpty()
                || !disks.equals(Tuning.BlockIo.USUAL);
        if (!patched && !environed) {
            return;
        }
        var what = "complete container " + id;
        var stored = connection
                .call(what, () -> connection
                        .containers()
                        .get(GetContainerRequest.newBuilder().setId(id).build()))
                .getContainer();
        var made = stored.getSpec().getValue().toStringUtf8();
        if (environed) {
            helpers.environments()
                    .write(id, EnvironmentFiles.merged(made, spec.process().environment()));
        }
        if (patched) {
            var completed = SpecPatch.apply(made, spec, HostLimits.ofThisProcess());
            var filtered = SeccompPatch.apply(completed, filter, Server.ofThisProcess());
            var limited = BlockIoPatch.apply(filtered, disks, Disks.ofThisServer());
            var mounted = BelowMounts.apply(MemoryMounts.apply(limited, spec.mounts()), spec.mounts());
            update(what, id, stored, DevicePatch.apply(mounted, devices));
        }
    }

    private void update(String what, String id, Container stored, String spec) throws InterruptedException {
        var update = UpdateContainerRequest.newBuilder()
                .setContainer(Container.newBuilder()
                        .setId(id)
                        .setSpec(Any.newBuilder()
                                .setTypeUrl(stored.getSpec().getTypeUrl())
                                .setValue(ByteString.copyFromUtf8(spec))))
                .setUpdateMask(FieldMask.newBuilder().addPaths("spec"))
                .build();
        connection.call(what, () -> connection.containers().update(update));
    }

    private Optional<ContainerStatus> find(String id) throws InterruptedException {
        var request = ContainerStatusRequest.newBuilder().setContainerId(id).build();
        try {
            var status = connection
                    .call(
                            "inspect container " + id,
                            () -> connection.runtime(Connection.SHORT).containerStatus(request))
                    .getStatus();
            // CRI also takes beginnings of ids; an id that is not whole is a mistake that must not hit anything.
            return Optional.of(status).filter(found -> found.getId().equals(id));
        } catch (ContainerException refusal) {
            if (refusal.kind() == Kind.NOT_FOUND) {
                return Optional.empty();
            }
            throw refusal;
        }
    }
}
