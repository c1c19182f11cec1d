package dev.banyan.agent.container.containerd;

import dev.banyan.agent.container.Handler;
import dev.banyan.agent.container.Isolation;
import dev.banyan.agent.container.Isolation.Shared;
import dev.banyan.agent.container.ObservedSandbox;
import dev.banyan.agent.container.SandboxSpec;
import dev.banyan.agent.container.cri.v1.DNSConfig;
import dev.banyan.agent.container.cri.v1.LinuxPodSandboxConfig;
import dev.banyan.agent.container.cri.v1.LinuxSandboxSecurityContext;
import dev.banyan.agent.container.cri.v1.PodSandbox;
import dev.banyan.agent.container.cri.v1.PodSandboxConfig;
import dev.banyan.agent.container.cri.v1.PodSandboxMetadata;
import dev.banyan.agent.container.cri.v1.PodSandboxState;
import dev.banyan.agent.container.cri.v1.PodSandboxStatus;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

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

    /** Such as {@code privileged,ipc}; empty for an ordinary one. */
    private static final String ISOLATION = "dev.banyan/isolation";

    private static final String PRIVILEGED = "privileged";

    private SandboxConfigs() {}

    /** Which of containerd's runtimes runs it. */
    static String handler(SandboxSpec spec) {
        return (spec.environments() ? Handler.WITH_ENVIRONMENTS : Handler.PLAIN).key();
    }

    /** Whether containers in it can have environments of their own. */
    static boolean environments(PodSandboxStatus status) {
        return !status.getRuntimeHandler().equals(Handler.PLAIN.key());
    }

    static PodSandboxConfig of(SandboxSpec spec, Owner owner) {
        return PodSandboxConfig.newBuilder()
                .setMetadata(PodSandboxMetadata.newBuilder()
                        .setName(spec.name())
                        .setUid(spec.uid())
                        .setNamespace(owner.cluster())
                        .setAttempt(spec.attempt()))
                .setHostname(hostname(spec))
                .setLogDirectory(spec.logDirectory().toString())
                .setDnsConfig(DNSConfig.newBuilder()
                        .addAllServers(spec.dns().servers())
                        .addAllSearches(spec.dns().searches())
                        .addAllOptions(spec.dns().options()))
                .putAllLabels(owner.marked(spec.labels()))
                .putAllAnnotations(spec.annotations())
                .putAnnotations(LOG_DIRECTORY, spec.logDirectory().toString())
                .putAnnotations(HOSTNAME, hostname(spec))
                .putAnnotations(CGROUP_PARENT, spec.cgroupParent())
                .putAnnotations(ISOLATION, written(spec.isolation()))
                .setLinux(linux(spec.cgroupParent(), spec.isolation()))
                .build();
    }

    /** CRI gives a sandbox on its server's network the server's name, and runc refuses another. */
    private static String hostname(SandboxSpec spec) {
        return spec.isolation().shared().contains(Shared.NETWORK) ? "" : spec.hostname();
    }

    /** So much of the configuration as CRI looks at when a container is made. */
    static PodSandboxConfig restored(PodSandboxStatus status) {
        return PodSandboxConfig.newBuilder()
                .setMetadata(status.getMetadata())
                .setHostname(status.getAnnotationsOrDefault(HOSTNAME, ""))
                .setLogDirectory(status.getAnnotationsOrDefault(LOG_DIRECTORY, ""))
                .putAllLabels(status.getLabelsMap())
                .putAllAnnotations(status.getAnnotationsMap())
                .setLinux(linux(
                        status.getAnnotationsOrDefault(CGROUP_PARENT, ""),
                        read(status.getAnnotationsOrDefault(ISOLATION, ""))))
                .build();
    }

    static ObservedSandbox observed(PodSandboxStatus status) {
        return new ObservedSandbox(
                status.getId(),
                status.getMetadata().getName(),
                status.getMetadata().getUid(),
                status.getMetadata().getAttempt(),
                status.getState() == PodSandboxState.SANDBOX_READY,
                Optional.of(status.getNetwork().getIp())
                        .filter(address -> !address.isEmpty() && linked(status.getAnnotationsMap())),
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

    /** Whether it has a link of its own; one on its server's network has none, whatever CRI says. */
    static boolean linked(Map<String, String> annotations) {
        return !read(annotations.getOrDefault(ISOLATION, "")).shared().contains(Shared.NETWORK);
    }

    private static LinuxPodSandboxConfig.Builder linux(String cgroupParent, Isolation isolation) {
        return LinuxPodSandboxConfig.newBuilder()
                .setCgroupParent(cgroupParent)
                .putAllSysctls(isolation.sysctls())
                .setSecurityContext(LinuxSandboxSecurityContext.newBuilder()
                        .setNamespaceOptions(SecurityConfigs.namespaces(isolation))
                        .setPrivileged(isolation.privileged())
                        .setSeccomp(SecurityConfigs.profile(false)));
    }

    private static String written(Isolation isolation) {
        return Stream.concat(
                        isolation.privileged() ? Stream.of(PRIVILEGED) : Stream.empty(),
                        isolation.shared().stream().sorted().map(shared -> shared.name()
                                .toLowerCase(Locale.ROOT)))
                .collect(Collectors.joining(","));
    }

    /** Without sysctls, which are the sandbox's alone. */
    private static Isolation read(String written) {
        var words = List.of(written.split(","));
        return new Isolation(
                words.contains(PRIVILEGED),
                Arrays.stream(Shared.values())
                        .filter(shared -> words.contains(shared.name().toLowerCase(Locale.ROOT)))
                        .collect(Collectors.toSet()),
                Map.of());
    }
}
