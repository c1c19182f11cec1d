package dev.banyan.agent.container.containerd;

import dev.banyan.agent.container.ObservedSandbox;
import dev.banyan.agent.container.SandboxSpec;
import dev.banyan.agent.container.cri.v1.DNSConfig;
import dev.banyan.agent.container.cri.v1.LinuxPodSandboxConfig;
import dev.banyan.agent.container.cri.v1.LinuxSandboxSecurityContext;
import dev.banyan.agent.container.cri.v1.NamespaceMode;
import dev.banyan.agent.container.cri.v1.NamespaceOption;
import dev.banyan.agent.container.cri.v1.PodSandbox;
import dev.banyan.agent.container.cri.v1.PodSandboxConfig;
import dev.banyan.agent.container.cri.v1.PodSandboxMetadata;
import dev.banyan.agent.container.cri.v1.PodSandboxState;
import dev.banyan.agent.container.cri.v1.PodSandboxStatus;
import dev.banyan.agent.container.cri.v1.SecurityProfile;
import java.util.Optional;

/**
 * Sandboxes in CRI's words and in ours. Pure.
 *
 * <p>CRI wants the sandbox's configuration again with each container and does not give it back, so the parts that matter then travel
 * as annotations of the sandbox: a restarted agent can put a further container into it.
 */
final class SandboxConfigs {
    private static final String LOG_DIRECTORY = "dev.banyan/log-directory";
    private static final String HOSTNAME = "dev.banyan/hostname";
    private static final String CGROUP_PARENT = "dev.banyan/cgroup-parent";

    /** A process namespace of its own makes the command process 1 and lets it outlive the sandbox's holding process. */
    static final NamespaceOption NAMESPACES =
            NamespaceOption.newBuilder().setPid(NamespaceMode.CONTAINER).build();

    private SandboxConfigs() {}

    static PodSandboxConfig of(SandboxSpec spec, Owner owner) {
        return PodSandboxConfig.newBuilder()
                .setMetadata(PodSandboxMetadata.newBuilder()
                        .setName(spec.name())
                        .setUid(spec.uid())
                        .setNamespace(owner.cluster())
                        .setAttempt(spec.attempt()))
                .setHostname(spec.hostname())
                .setLogDirectory(spec.logDirectory().toString())
                .setDnsConfig(DNSConfig.newBuilder()
                        .addAllServers(spec.dns().servers())
                        .addAllSearches(spec.dns().searches())
                        .addAllOptions(spec.dns().options()))
                .putAllLabels(owner.marked(spec.labels()))
                .putAllAnnotations(spec.annotations())
                .putAnnotations(LOG_DIRECTORY, spec.logDirectory().toString())
                .putAnnotations(HOSTNAME, spec.hostname())
                .putAnnotations(CGROUP_PARENT, spec.cgroupParent())
                .setLinux(linux(spec.cgroupParent()))
                .build();
    }

    /** So much of the configuration as CRI looks at when a container is made. */
    static PodSandboxConfig restored(PodSandboxStatus status) {
        return PodSandboxConfig.newBuilder()
                .setMetadata(status.getMetadata())
                .setHostname(status.getAnnotationsOrDefault(HOSTNAME, ""))
                .setLogDirectory(status.getAnnotationsOrDefault(LOG_DIRECTORY, ""))
                .putAllLabels(status.getLabelsMap())
                .putAllAnnotations(status.getAnnotationsMap())
                .setLinux(linux(status.getAnnotationsOrDefault(CGROUP_PARENT, "")))
                .build();
    }

    static ObservedSandbox observed(PodSandboxStatus status) {
        return new ObservedSandbox(
                status.getId(),
                status.getMetadata().getName(),
                status.getMetadata().getUid(),
                status.getMetadata().getAttempt(),
                status.getState() == PodSandboxState.SANDBOX_READY,
                Optional.of(status.getNetwork().getIp()).filter(address -> !address.isEmpty()),
                status.getLabelsMap(),
                status.getAnnotationsMap());
    }

    static ObservedSandbox observed(PodSandbox sandbox, Optional<String> address) {
        return new ObservedSandbox(
                sandbox.getId(),
                sandbox.getMetadata().getName(),
                sandbox.getMetadata().getUid(),
                sandbox.getMetadata().getAttempt(),
                sandbox.getState() == PodSandboxState.SANDBOX_READY,
                address,
                sandbox.getLabelsMap(),
                sandbox.getAnnotationsMap());
    }

    private static LinuxPodSandboxConfig.Builder linux(String cgroupParent) {
        return LinuxPodSandboxConfig.newBuilder()
                .setCgroupParent(cgroupParent)
                .setSecurityContext(LinuxSandboxSecurityContext.newBuilder()
                        .setNamespaceOptions(NAMESPACES)
                        .setSeccomp(SecurityProfile.newBuilder()
                                .setProfileType(SecurityProfile.ProfileType.RuntimeDefault)));
    }
}
