package dev.banyan.agent.container.containerd;

import dev.banyan.agent.container.ContainerExit;
import dev.banyan.agent.container.ContainerSpec;
import dev.banyan.agent.container.ImageConfig;
import dev.banyan.agent.container.ObservedContainer;
import dev.banyan.agent.container.cri.v1.Container;
import dev.banyan.agent.container.cri.v1.ContainerConfig;
import dev.banyan.agent.container.cri.v1.ContainerMetadata;
import dev.banyan.agent.container.cri.v1.ContainerState;
import dev.banyan.agent.container.cri.v1.ContainerStatus;
import dev.banyan.agent.container.cri.v1.Int64Value;
import dev.banyan.agent.container.cri.v1.LinuxContainerConfig;
import dev.banyan.agent.container.cri.v1.LinuxContainerResources;
import dev.banyan.agent.container.cri.v1.LinuxContainerSecurityContext;
import dev.banyan.agent.container.cri.v1.Mount;
import dev.banyan.agent.container.cri.v1.MountPropagation;
import dev.banyan.agent.container.cri.v1.SecurityProfile;
import java.time.Instant;

/** Containers in CRI's words and in ours. Pure. */
final class ContainerConfigs {
    private static final long CPU_PERIOD_MICROS = 100_000;
    private static final long SHARES_OF_A_CORE = 1024;
    private static final long LEAST_SHARES = 2;
    private static final long LEAST_QUOTA_MICROS = 1_000;

    private ContainerConfigs() {}

    /**
     * Without the environment, which CRI would write to its disk: see {@link EnvironmentFiles}. CRI would take the image's command for an empty one, so the whole command line is worked out here and given as the
     * command.
     */
    static ContainerConfig of(ContainerSpec spec, ImageConfig image, Owner owner) {
        var config = ContainerConfig.newBuilder()
                .setMetadata(ContainerMetadata.newBuilder().setName(spec.name()).setAttempt(spec.attempt()))
                .setImage(Images.spec(spec.image()))
                .addAllCommand(spec.process().commandLine(image))
                .setWorkingDir(spec.process().workingDirectory().orElse(""))
                .putAllLabels(owner.marked(spec.labels()))
                .putAllAnnotations(spec.annotations())
                .setLogPath(spec.logPath())
                .setLinux(LinuxContainerConfig.newBuilder()
                        .setResources(resources(spec.limits()))
                        .setSecurityContext(security(spec)));
        for (var mount : spec.mounts()) {
            if (mount.sort() != ContainerSpec.Mount.Sort.MEMORY) {
                config.addMounts(mount(mount));
            }
        }
        return config.build();
    }

    private static Mount.Builder mount(ContainerSpec.Mount mount) {
        return Mount.newBuilder()
                .setHostPath(mount.source())
                .setContainerPath(mount.target())
                .setReadonly(mount.readOnly())
                .setPropagation(
                        mount.sort() == ContainerSpec.Mount.Sort.PATH_FOLLOWED
                                ? MountPropagation.PROPAGATION_HOST_TO_CONTAINER
                                : MountPropagation.PROPAGATION_PRIVATE);
    }

    static ObservedContainer observed(Container container, ObservedContainer.State state) {
        return new ObservedContainer(
                container.getId(),
                container.getPodSandboxId(),
                container.getMetadata().getName(),
                container.getMetadata().getAttempt(),
                state,
                container.getLabelsMap(),
                container.getAnnotationsMap());
    }

    static ObservedContainer.State state(ContainerStatus status) {
        return switch (status.getState()) {
            case CONTAINER_CREATED -> new ObservedContainer.State.Created();
            case CONTAINER_RUNNING -> new ObservedContainer.State.Running();
            case CONTAINER_EXITED -> new ObservedContainer.State.Ended(exit(status));
            case CONTAINER_UNKNOWN, UNRECOGNIZED -> new ObservedContainer.State.Unknown(status.getMessage());
        };
    }

    /** Whether CRI's listing says all there is to say; an end has details that only the status has. */
    static boolean needsStatus(ContainerState state) {
        return state != ContainerState.CONTAINER_CREATED && state != ContainerState.CONTAINER_RUNNING;
    }

    static ContainerExit exit(ContainerStatus status) {
        return new ContainerExit(
                status.getExitCode(),
                Instant.ofEpochSecond(0, status.getFinishedAt()),
                status.getReason().equals("OOMKilled"));
    }

    private static LinuxContainerResources resources(ContainerSpec.Limits limits) {
        var resources = LinuxContainerResources.newBuilder().setMemoryLimitInBytes(limits.memoryBytes());
        if (limits.cpuMilli() > 0) {
            resources
                    .setCpuPeriod(CPU_PERIOD_MICROS)
                    .setCpuQuota(Math.max(LEAST_QUOTA_MICROS, limits.cpuMilli() * CPU_PERIOD_MICROS / 1000))
                    .setCpuShares(Math.max(LEAST_SHARES, limits.cpuMilli() * SHARES_OF_A_CORE / 1000));
        }
        return resources.build();
    }

    private static LinuxContainerSecurityContext security(ContainerSpec spec) {
        var security = LinuxContainerSecurityContext.newBuilder()
                .setNamespaceOptions(SandboxConfigs.NAMESPACES)
                .setReadonlyRootfs(spec.confinement().readOnly())
                .setNoNewPrivs(spec.confinement().noNewPrivileges())
                .setSeccomp(SecurityProfile.newBuilder().setProfileType(SecurityProfile.ProfileType.RuntimeDefault));
        spec.process().user().ifPresent(user -> setUser(security, user));
        return security.build();
    }

    private static void setUser(LinuxContainerSecurityContext.Builder security, String text) {
        var user = User.parse(text);
        user.uid().ifPresent(uid -> security.setRunAsUser(number(uid)));
        user.name().ifPresent(security::setRunAsUsername);
        user.gid().ifPresent(gid -> security.setRunAsGroup(number(gid)));
    }

    private static Int64Value number(long value) {
        return Int64Value.newBuilder().setValue(value).build();
    }
}
