package dev.banyan.agent.workload;

import dev.banyan.agent.container.ContainerException;
import dev.banyan.agent.container.ContainerRuntime;
import dev.banyan.agent.container.ContainerSpec;
import dev.banyan.agent.container.ImageReference;
import dev.banyan.agent.container.ObservedSandbox;
import dev.banyan.agent.container.PullOutcome;
import dev.banyan.agent.container.SandboxSpec;
import dev.banyan.agent.material.Materials;
import dev.banyan.agent.volume.disk.TaskMounts;
import dev.banyan.agent.workload.TaskRuntime.Holdings;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.api.v1.Words;
import dev.banyan.runtime.resource.Resource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes one attempt of a task: image, sandbox, hosts file, container, start. A sandbox that still lives is used again. */
final class TaskStarter {
    private final ContainerRuntime runtime;
    private final WorkloadConfig config;
    private final BootClock clock;
    private final TaskEvents events;
    private final TaskMounts mounts;

    TaskStarter(WorkloadParts parts) {
        this.runtime = parts.runtime();
        this.config = parts.config();
        this.clock = parts.clock();
        this.events = parts.events();
        this.mounts = parts.mounts();
    }

    /** How an attempt to start went. */
    sealed interface Started {
        /** The container runs. */
        record Running(String containerId, String address) implements Started {}

        /** It could not be made, for a reason on this server's side; {@code reason} is a CamelCase word. */
        record Failed(String reason, String message) implements Started {}
    }

    Started start(Resource<TaskSpec, TaskStatus> task, int attempt, Holdings holdings, Materials.Outcome material)
            throws InterruptedException {
        return switch (material) {
            case Materials.Outcome.Ready ready -> start(task, attempt, holdings, ready);
            case Materials.Outcome.Waiting waiting -> new Started.Failed("MaterialMissing", waiting.reason());
            case Materials.Outcome.Refused refused -> new Started.Failed("MaterialMissing", refused.reason());
        };
    }

    private Started start(
            Resource<TaskSpec, TaskStatus> task, int attempt, Holdings holdings, Materials.Outcome.Ready material)
            throws InterruptedException {
        try {
            var image = ImageReference.parse(task.spec().getContainer().getImage());
            switch (runtime.pull(image)) {
                case PullOutcome.Present present -> {}
                case PullOutcome.Pulled pulled -> events.pulled(task.key(), image);
                case PullOutcome.Failed failed -> {
                    return new Started.Failed(pullReason(failed.cause()), failed.reason());
                }
            }
            // Ended ones hold nothing that the next attempt needs, and to remove them first would keep its users
            // waiting.
            for (var old : holdings.containers()) {
                if (!old.ended()) {
                    runtime.remove(old.id());
                }
            }
            return switch (mounts.prepare(task.uid(), task.spec(), image)) {
                case TaskMounts.Prepared.Ready ready ->
                    run(
                            task,
                            container(task, attempt, image, all(material, ready.mounts())),
                            sandbox(task, attempt, holdings));
                case TaskMounts.Prepared.Refused refused -> new Started.Failed(refused.reason(), refused.message());
            };
        } catch (ContainerException failed) {
            return new Started.Failed(reason(failed.kind()), String.valueOf(failed.getMessage()));
        } catch (IllegalArgumentException malformed) {
            return new Started.Failed("Invalid", String.valueOf(malformed.getMessage()));
        } catch (UncheckedIOException disk) {
            return new Started.Failed("DiskFailed", String.valueOf(disk.getMessage()));
        }
    }

    private Started run(Resource<TaskSpec, TaskStatus> task, ContainerSpec container, ObservedSandbox sandbox)
            throws InterruptedException {
        var address = sandbox.address().orElse("");
        writeHosts(task, address);
        var id = runtime.createContainer(sandbox.id(), container);
        runtime.start(id);
        return new Started.Running(id, address);
    }

    private ObservedSandbox sandbox(Resource<TaskSpec, TaskStatus> task, int attempt, Holdings holdings)
            throws InterruptedException {
        var live = holdings.liveSandbox();
        for (var sandbox : holdings.sandboxes()) {
            if (live.isEmpty() || !live.get().id().equals(sandbox.id())) {
                runtime.removeSandbox(sandbox.id());
            }
        }
        return live.isPresent() ? live.get() : runtime.runSandbox(sandboxSpec(task, attempt));
    }

    private SandboxSpec sandboxSpec(Resource<TaskSpec, TaskStatus> task, int attempt) {
        return new SandboxSpec(
                task.name(),
                task.uid(),
                attempt,
                task.spec().getContainer().getHostname(),
                config.logsOf(task.spec().getDeployment(), task.name()),
                config.cgroupParent(),
                SandboxSpec.Dns.OF_THE_SERVER,
                TaskRuntime.labels(task),
                Map.of());
    }

    /** What a container is given besides what its task says. */
    private record Shown(Map<String, String> environment, List<ContainerSpec.Mount> mounts) {}

    private static Shown all(Materials.Outcome.Ready material, List<ContainerSpec.Mount> mounts) {
        var all = new ArrayList<>(mounts);
        material.mounts()
                .forEach(shown ->
                        all.add(new ContainerSpec.Mount(shown.source().toString(), shown.target(), shown.readOnly())));
        return new Shown(material.environment(), all);
    }

    private ContainerSpec container(
            Resource<TaskSpec, TaskStatus> task, int attempt, ImageReference image, Shown shown) {
        var wanted = task.spec().getContainer();
        var process = new ContainerSpec.Process(
                words(wanted.hasEntrypoint(), wanted.getEntrypoint()),
                words(wanted.hasCommand(), wanted.getCommand()),
                shown.environment(),
                Optional.empty(),
                Optional.empty());
        var limits = wanted.getLimits();
        var all = new ArrayList<>(shown.mounts());
        all.add(new ContainerSpec.Mount(config.hostsFile(task.uid()).toString(), "/etc/hosts", false));
        return ContainerSpec.of(task.spec().getService(), attempt, image, attempt + ".log")
                .withProcess(process)
                .withLimits(new ContainerSpec.Limits(
                        limits.getCpuMilli(), limits.getMemoryBytes(), limits.getPids(), List.of()))
                .withMounts(all)
                .withLabels(TaskRuntime.labels(task))
                .withAnnotations(Map.of(
                        TaskRuntime.STARTED_ANNOTATION,
                        Long.toString(clock.millis()),
                        TaskRuntime.IMAGE_ANNOTATION,
                        image.toString(),
                        TaskMounts.ANNOTATION,
                        TaskMounts.marks(task.spec())));
    }

    /** Rewritten in place of the old one before each attempt; the containers of an attempt keep what they mounted. */
    private void writeHosts(Resource<TaskSpec, TaskStatus> task, String address) {
        var file = config.hostsFile(task.uid());
        var beside = config.hostsDraft(task.uid());
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(beside, hosts(task.spec(), address));
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failed) {
            throw new UncheckedIOException("could not write " + file, failed);
        }
    }

    static String hosts(TaskSpec spec, String address) {
        var text = new StringBuilder("127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n");
        if (!address.isEmpty()) {
            text.append(address)
                    .append('\t')
                    .append(spec.getContainer().getHostname())
                    .append('\n');
        }
        spec.getContainer().getHostsList().forEach(host -> text.append(host.getAddress())
                .append('\t')
                .append(host.getName())
                .append('\n'));
        return text.toString();
    }

    private static Optional<List<String>> words(boolean present, Words words) {
        return present ? Optional.of(words.getWordsList()) : Optional.empty();
    }

    private static String pullReason(PullOutcome.Cause cause) {
        return switch (cause) {
            case NOT_FOUND -> "ImageNotFound";
            case UNAUTHORISED -> "ImageDenied";
            case UNREACHABLE -> "RegistryUnreachable";
            case OTHER -> "ImagePullFailed";
        };
    }

    private static String reason(ContainerException.Kind kind) {
        return switch (kind) {
            case INVALID -> "CannotStart";
            case UNAVAILABLE -> "RuntimeUnavailable";
            case NOT_FOUND, NOT_OWNED, NAME_RESERVED, FAILED -> "RuntimeFailed";
        };
    }
}
