package dev.banyan.agent.container.containerd;

import dev.banyan.agent.container.ContainerException;
import dev.banyan.agent.container.ContainerException.Kind;
import dev.banyan.agent.container.ObservedSandbox;
import dev.banyan.agent.container.SandboxSpec;
import dev.banyan.agent.container.cri.v1.ListPodSandboxRequest;
import dev.banyan.agent.container.cri.v1.PodSandbox;
import dev.banyan.agent.container.cri.v1.PodSandboxFilter;
import dev.banyan.agent.container.cri.v1.PodSandboxState;
import dev.banyan.agent.container.cri.v1.PodSandboxStatus;
import dev.banyan.agent.container.cri.v1.PodSandboxStatusRequest;
import dev.banyan.agent.container.cri.v1.RemovePodSandboxRequest;
import dev.banyan.agent.container.cri.v1.RunPodSandboxRequest;
import dev.banyan.agent.container.cri.v1.StopPodSandboxRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sandboxes. Thread-safe. */
final class Sandboxes {
    private static final Logger LOG = LoggerFactory.getLogger(Sandboxes.class);

    /** Later attempts tried when names are reserved; more reserved names than this mean that something else is wrong. */
    private static final int RESERVED_NAMES_SKIPPED = 5;

    private final Connection connection;
    private final Owner owner;

    /** By id: CRI's listing lacks the address, which never changes, and a listing must not cost a call for each sandbox. */
    private final Map<String, String> addresses = new ConcurrentHashMap<>();

    Sandboxes(Connection connection, Owner owner) {
        this.connection = connection;
        this.owner = owner;
    }

    List<ObservedSandbox> list() throws InterruptedException {
        var listed = owned(Map.of());
        addresses.keySet().retainAll(listed.stream().map(PodSandbox::getId).collect(Collectors.toSet()));
        return observed(listed);
    }

    /** Those that carry {@code label} with {@code value}. */
    List<ObservedSandbox> list(String label, String value) throws InterruptedException {
        return observed(owned(Map.of(label, value)));
    }

    private List<ObservedSandbox> observed(List<PodSandbox> listed) throws InterruptedException {
        var observed = new ArrayList<ObservedSandbox>();
        for (var sandbox : listed) {
            boolean ready = sandbox.getState() == PodSandboxState.SANDBOX_READY;
            boolean addressed = ready && SandboxConfigs.linked(sandbox.getAnnotationsMap());
            observed.add(SandboxConfigs.observed(sandbox, addressed ? address(sandbox.getId()) : Optional.empty()));
        }
        return observed;
    }

    ObservedSandbox run(SandboxSpec spec) throws InterruptedException {
        var wanted = spec;
        while (true) {
            try {
                return runOnce(wanted);
            } catch (ContainerException refusal) {
                if (refusal.kind() != Kind.NAME_RESERVED
                        || wanted.attempt() - spec.attempt() >= RESERVED_NAMES_SKIPPED) {
                    throw refusal;
                }
                removeRemains(wanted);
                wanted = wanted.withAttempt(wanted.attempt() + 1);
            }
        }
    }

    void remove(String id) throws InterruptedException {
        var status = find(id);
        if (status.isEmpty()) {
            return;
        }
        owner.require("sandbox " + id, status.get().getLabelsMap());
        discard(id);
    }

    /** The sandbox's status, which must be this cluster's. */
    PodSandboxStatus require(String id) throws InterruptedException {
        var status = find(id).orElseThrow(() -> new ContainerException(Kind.NOT_FOUND, "no sandbox " + id));
        owner.require("sandbox " + id, status.getLabelsMap());
        return status;
    }

    private ObservedSandbox runOnce(SandboxSpec spec) throws InterruptedException {
        var request = RunPodSandboxRequest.newBuilder()
                .setConfig(SandboxConfigs.of(spec, owner))
                .setRuntimeHandler(SandboxConfigs.handler(spec))
                .build();
        var answer = connection.call(
                "run sandbox " + spec.name() + " attempt " + spec.attempt(),
                () -> connection.runtime(Connection.LONG).runPodSandbox(request));
        return SandboxConfigs.observed(require(answer.getPodSandboxId()));
    }

    /** Empty also for one that went between the listing and the look at it. */
    private Optional<String> address(String id) throws InterruptedException {
        var known = addresses.get(id);
        if (known != null) {
            return Optional.of(known);
        }
        var address = find(id).flatMap(status -> SandboxConfigs.observed(status).address());
        address.ifPresent(found -> addresses.put(id, found));
        return address;
    }

    /** A sandbox whose start failed keeps its name and may hold a network namespace; CRI shows some of these and hides others. */
    private void removeRemains(SandboxSpec spec) throws InterruptedException {
        for (var sandbox : owned(Map.of())) {
            var metadata = sandbox.getMetadata();
            if (metadata.getName().equals(spec.name())
                    && metadata.getUid().equals(spec.uid())
                    && metadata.getAttempt() == spec.attempt()
                    && sandbox.getState() != PodSandboxState.SANDBOX_READY) {
                LOG.atInfo()
                        .addKeyValue("sandbox", sandbox.getId())
                        .addKeyValue("task", spec.name())
                        .log("removing the remains of a failed sandbox");
                discard(sandbox.getId());
            }
        }
    }

    private void discard(String id) throws InterruptedException {
        connection.call("stop sandbox " + id, () -> connection
                .runtime(Connection.LONG)
                .stopPodSandbox(
                        StopPodSandboxRequest.newBuilder().setPodSandboxId(id).build()));
        connection.call("remove sandbox " + id, () -> connection
                .runtime(Connection.LONG)
                .removePodSandbox(
                        RemovePodSandboxRequest.newBuilder().setPodSandboxId(id).build()));
    }

    private List<PodSandbox> owned(Map<String, String> labels) throws InterruptedException {
        var request = ListPodSandboxRequest.newBuilder()
                .setFilter(PodSandboxFilter.newBuilder().putAllLabelSelector(owner.marked(labels)))
                .build();
        return connection
                .call(
                        "list sandboxes",
                        () -> connection.runtime(Connection.SHORT).listPodSandbox(request))
                .getItemsList();
    }

    private Optional<PodSandboxStatus> find(String id) throws InterruptedException {
        var request = PodSandboxStatusRequest.newBuilder().setPodSandboxId(id).build();
        try {
            var status = connection
                    .call(
                            "inspect sandbox " + id,
                            () -> connection.runtime(Connection.SHORT).podSandboxStatus(request))
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
