package dev.banyan.agent.workload;

import dev.banyan.agent.container.ContainerException;
import dev.banyan.agent.container.ContainerRuntime;
import dev.banyan.agent.container.ContainerSpec;
import dev.banyan.agent.container.DeviceEdits;
import dev.banyan.agent.container.ImageReference;
import dev.banyan.agent.container.ObservedSandbox;
import dev.banyan.agent.container.PullOutcome;
import dev.banyan.agent.container.SandboxSpec;
import dev.banyan.agent.device.Devices;
import dev.banyan.agent.material.Materials;
import dev.banyan.agent.volume.disk.TaskMounts;
import dev.banyan.agent.workload.TaskRuntime.Holdings;
import dev.banyan.agent.workload.settings.TaskHealth;
import dev.banyan.agent.workload.settings.TaskHosts;
import dev.banyan.agent.workload.settings.TaskLogging;
import dev.banyan.agent.workload.settings.TaskNames;
import dev.banyan.agent.workload.settings.TaskTuning;
import dev.banyan.api.kinds.settings.NetworkMode;
import dev.banyan.api.kinds.settings.Privileges;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.resource.Resource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Makes one attempt of a task: image, sandbox, hosts file, container, start. A sandbox that still lives is used again. */
final class TaskStarter {
    private final ContainerRuntime runtime;
    private final WorkloadConfig config;
    private final BootClock clock;
    private final TaskEvents events;
    private final TaskMounts mounts;
    private final TaskReports reports;
    private final Env env;

    TaskStarter(WorkloadParts parts) {
        this.runtime = parts.runtime();
        this.config = parts.config();
        this.clock = parts.clock();
        this.events = parts.events();
        this.mounts = parts.mounts();
        this.reports = parts.reports();
        this.env = parts.env();
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
        var denied = Privileges.missing(
                config.privileges(), task.spec().getContainer().getSettings());
        if (!denied.isEmpty()) {
            return new Started.Failed(
                    "NotGranted",
                    "this agent does not grant " + String.join(", ", denied)
                            + "; add it to privileges in its agent.yaml, and restart it");
        }
        return switch (material) {
            case Materials.Outcome.Ready ready -> equipped(task, attempt, holdings, ready);
            case Materials.Outcome.Waiting waiting -> new Started.Failed("MaterialMissing", waiting.reason());
            case Materials.Outcome.Refused refused -> new Started.Failed("MaterialMissing", refused.reason());
        };
    }

    private Started equipped(
            Resource<TaskSpec, TaskStatus> task, int attempt, Holdings holdings, Materials.Outcome.Ready material)
            throws InterruptedException {
        return switch (config.devices().needed(task.spec().getAssignment().getDevicesList())) {
            case Devices.Needed.Ready ready -> start(task, attempt, holdings, new Given(material, ready.edits()));
            case Devices.Needed.Gone gone -> new Started.Failed("DeviceMissing", gone.reason());
        };
    }

    /** What this server has for a container besides its image. */
    private record Given(Materials.Outcome.Ready material, DeviceEdits devices) {}

    private Started start(Resource<TaskSpec, TaskStatus> task, int attempt, Holdings holdings, Given given)
            throws InterruptedException {
        try {
            var image = ImageReference.parse(task.spec().getContainer().getImage());
            switch (pull(task, attempt, image)) {
                case PullOutcome.Present present -> {}
                case PullOutcome.Pulled pulled -> {
                    reports.pulled(task);
                    events.pulled(task.key(), image);
                }
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
                            container(task, attempt, image, all(given, ready.mounts())),
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

    private PullOutcome pull(Resource<TaskSpec, TaskStatus> task, int attempt, ImageReference image)
            throws InterruptedException {
        var meter = new PullMeter(image);
        return runtime.pull(image, progress -> meter.step(progress, env.time().nanos())
                .ifPresent(pull -> reports.pulling(task, attempt, pull)));
    }

    private Started run(Resource<TaskSpec, TaskStatus> task, ContainerSpec container, ObservedSandbox sandbox)
            throws InterruptedException {
        var address = sandbox.address().orElse("");
        writeHosts(task, address);
        events.cut(task.key(), runtime.cuts(container));
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
        var tuning = new TaskTuning(task.spec().getContainer());
        var spec = new SandboxSpec(
                        task.name(),
                        task.uid(),
                        attempt,
                        tuning.hostname(task.spec().getContainer().getHostname()),
                        config.logsOf(task.spec().getDeployment(), task.name()),
                        config.cgroupParent(),
                        new TaskNames(task.spec())
                                .dns(
                                        config.names().addresses(),
                                        config.names().searches().get()),
                        TaskRuntime.labels(task),
                        tuning.links())
                .withIsolation(tuning.isolation());
        // Devices may bring variables, also later ones that find the sandbox of this attempt.
        boolean environed = tuning.environed() || task.spec().getAssignment().getDevicesCount() > 0;
        return environed ? spec : spec.withoutEnvironments();
    }

    /** What a container is given besides what its task says. */
    private record Shown(Map<String, String> environment, List<ContainerSpec.Mount> mounts, DeviceEdits devices) {}

    private static Shown all(Given given, List<ContainerSpec.Mount> mounts) {
        var all = new ArrayList<>(mounts);
        given.material()
                .mounts()
                .forEach(shown ->
                        all.add(new ContainerSpec.Mount(shown.source().toString(), shown.target(), shown.readOnly())));
        var environment = new TreeMap<>(given.material().environment());
        environment.putAll(given.devices().environment());
        return new Shown(environment, all, given.devices());
    }

    private ContainerSpec container(Resource<TaskSpec, TaskStatus> task, int attempt, ImageReference image, Shown shown)
            throws InterruptedException {
        var wanted = task.spec().getContainer();
        var settings = wanted.getSettings();
        var tuning = new TaskTuning(wanted);
        var mounts = new ArrayList<>(shown.mounts());
        mounts.add(new ContainerSpec.Mount(config.hostsFile(task.uid()).toString(), "/etc/hosts", false));
        var log = TaskLogging.kept(wanted) ? attempt + ".log" : "";
        var annotations = new TreeMap<>(settings.getAnnotationsMap());
        if (TaskHealth.isTheImages(wanted)) {
            annotations.putAll(TaskHealth.annotations(runtime.imageConfig(image)));
        }
        annotations.put(TaskRuntime.STARTED_ANNOTATION, Long.toString(clock.millis()));
        annotations.put(TaskRuntime.IMAGE_ANNOTATION, image.toString());
        annotations.put(TaskMounts.ANNOTATION, TaskMounts.marks(task.spec()));
        var labels = new TreeMap<>(settings.getLabelsMap());
        labels.putAll(TaskRuntime.labels(task));
        return ContainerSpec.of(task.spec().getService(), attempt, image, log)
                .withProcess(tuning.process(shown.environment()))
                .withLimits(tuning.limits())
                .withConfinement(tuning.confinement())
                .withTuning(tuning.tuning().with(shown.devices()))
                .withMounts(mounts)
                .withLabels(labels)
                .withAnnotations(annotations);
    }

    /** Rewritten in place of the old one before each attempt; the containers of an attempt keep what they mounted. */
    private void writeHosts(Resource<TaskSpec, TaskStatus> task, String address) {
        var file = config.hostsFile(task.uid());
        var beside = config.hostsDraft(task.uid());
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(beside, hosts(task.spec().getContainer(), address));
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failed) {
            throw new UncheckedIOException("could not write " + file, failed);
        }
    }

    private String hosts(dev.banyan.api.v1.ContainerSpec container, String address) {
        var hosts = new TaskHosts(container, address, config.gateway());
        boolean onServer = NetworkMode.of(container.getSettings()) == NetworkMode.HOST;
        return onServer ? hosts.onServer(config.names().hosts().get()) : hosts.text();
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
