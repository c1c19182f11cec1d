package dev.banyan.agent.workload.settings;

import dev.banyan.agent.container.ContainerSpec.Confinement;
import dev.banyan.agent.container.ContainerSpec.Limits;
import dev.banyan.agent.container.ContainerSpec.Process;
import dev.banyan.agent.container.ContainerSpec.Rlimit;
import dev.banyan.agent.container.Isolation;
import dev.banyan.agent.container.Isolation.Shared;
import dev.banyan.agent.container.StopSignal;
import dev.banyan.agent.container.Tuning;
import dev.banyan.agent.container.Tuning.BlockIo.Bound;
import dev.banyan.agent.container.Tuning.BlockIo.DiskLimit;
import dev.banyan.agent.container.watch.SandboxWatcher;
import dev.banyan.api.kinds.settings.NetworkMode;
import dev.banyan.api.kinds.settings.SeccompText;
import dev.banyan.api.v1.ContainerSettings;
import dev.banyan.api.v1.ContainerSpec;
import dev.banyan.api.v1.HostNamespace;
import dev.banyan.api.v1.Words;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What one container asks for, in the container runtime's terms. Pure.
 *
 * @param container as the task says it
 */
public record TaskTuning(ContainerSpec container) {
    /** Who runs what, and where, with this environment. */
    public Process process(Map<String, String> environment) {
        return new Process(
                words(container.hasEntrypoint(), container.getEntrypoint()),
                words(container.hasCommand(), container.getCommand()),
                environment,
                present(settings().getWorkingDir()),
                present(settings().getUser()));
    }

    /** Whether it has an environment besides its image's. */
    public boolean environed() {
        return container.hasSealedEnvironment() || container.getEnvironmentCount() > 0;
    }

    /** The annotations of its sandbox. */
    public Map<String, String> links() {
        return switch (NetworkMode.of(settings())) {
            case OWN -> settings().getIpv6() ? Map.of(SandboxWatcher.NETWORK, SandboxWatcher.DUAL) : Map.of();
            case NONE -> Map.of(SandboxWatcher.NETWORK, SandboxWatcher.NONE);
            case HOST -> Map.of(SandboxWatcher.NETWORK, SandboxWatcher.HOST);
        };
    }

    /** What it may use. */
    public Limits limits() {
        var limits = container.getLimits();
        var rlimits = settings().getUlimitsList().stream()
                .map(limit -> new Rlimit(limit.getName(), bound(limit.getSoft()), bound(limit.getHard())))
                .toList();
        return new Limits(limits.getCpuMilli(), limits.getMemoryBytes(), limits.getPids(), rlimits);
    }

    /** Set-uid programs gain nothing unless the service says so, or may do everything anyway. */
    public Confinement confinement() {
        var powers = settings().getPowers();
        boolean gainsNothing = powers.hasNoNewPrivileges() ? powers.getNoNewPrivileges() : !powers.getPrivileged();
        return new Confinement(settings().getReadOnly(), gainsNothing);
    }

    /** Everything else. */
    public Tuning tuning() {
        var settings = settings();
        var groups =
                settings.getGroupsList().stream().map(Integer::toUnsignedLong).toList();
        return new Tuning(
                new Tuning.Manner(
                        groups,
                        settings.getGroupNamesList(),
                        settings.getInit(),
                        settings.getTty(),
                        settings.getStdinOpen()),
                new Tuning.Shares(
                        settings.getCpuset(),
                        settings.getCpuShares(),
                        settings.getOomScoreAdj(),
                        settings.getShmBytes(),
                        settings.getMemorySwapBytes(),
                        disks()),
                powers(),
                isolation());
    }

    /** What parts it from the server, which its sandbox must know as well. */
    public Isolation isolation() {
        var sysctls = new TreeMap<>(settings().getSysctlsMap());
        if (!settings().getDomainname().isEmpty()) {
            sysctls.put("kernel.domainname", settings().getDomainname());
        }
        return new Isolation(settings().getPowers().getPrivileged(), shared(), sysctls);
    }

    /** What its processes see as the server's name: the one that was asked for, or else {@code usual}. */
    public String hostname(String usual) {
        return present(settings().getHostname()).orElse(usual);
    }

    /** The signal that asks it to end, if the service names one. */
    public Optional<StopSignal> stopSignal() {
        int number = settings().getStopSignal();
        return number == 0 ? Optional.empty() : Optional.of(new StopSignal(number));
    }

    private ContainerSettings settings() {
        return container.getSettings();
    }

    private Tuning.BlockIo disks() {
        var wanted = settings().getBlockIo();
        return new Tuning.BlockIo(
                wanted.getWeight(),
                wanted.getLimitsList().stream()
                        .map(limit -> new DiskLimit(bound(limit.getBound()), limit.getDisk(), limit.getValue()))
                        .toList());
    }

    private static Bound bound(dev.banyan.api.v1.DiskLimit.Bound wanted) {
        return switch (wanted) {
            case WEIGHT -> Bound.WEIGHT;
            case READ_BYTES_PER_SECOND -> Bound.READ_BYTES;
            case WRITE_BYTES_PER_SECOND -> Bound.WRITE_BYTES;
            case READS_PER_SECOND -> Bound.READS;
            case WRITES_PER_SECOND -> Bound.WRITES;
            // To run it without would be to ignore what was asked for.
            case BOUND_UNSPECIFIED, UNRECOGNIZED ->
                throw new IllegalArgumentException("a limit of disks that this agent does not know");
        };
    }

    private Tuning.Powers powers() {
        var powers = settings().getPowers();
        return new Tuning.Powers(
                powers.getAddList(),
                powers.getDropList(),
                powers.getSeccompUnconfined(),
                powers.getApparmorUnconfined(),
                powers.getDevicesList().stream()
                        .map(device ->
                                new Tuning.Device(device.getSource(), device.getTarget(), device.getPermissions()))
                        .toList(),
                powers.getDeviceRulesList(),
                powers.getOwnCgroupView(),
                powers.getApparmorProfile(),
                powers.hasSeccomp() ? SeccompText.of(powers.getSeccomp()) : "");
    }

    private Set<Shared> shared() {
        var shared = EnumSet.noneOf(Shared.class);
        for (HostNamespace namespace : settings().getPowers().getHostNamespacesList()) {
            switch (namespace) {
                case IPC -> shared.add(Shared.IPC);
                case PID -> shared.add(Shared.PID);
                case UTS -> shared.add(Shared.UTS);
                case CGROUP -> shared.add(Shared.CGROUP);
                case NETWORK -> shared.add(Shared.NETWORK);
                // To run it without would be to ignore what was asked for.
                case HOST_NAMESPACE_UNSPECIFIED, UNRECOGNIZED ->
                    throw new IllegalArgumentException("a namespace that this agent does not know");
            }
        }
        return shared;
    }

    private static long bound(long limit) {
        return limit < 0 ? Long.MAX_VALUE : limit;
    }

    private static Optional<String> present(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    private static Optional<List<String>> words(boolean present, Words words) {
        return present ? Optional.of(words.getWordsList()) : Optional.empty();
    }
}
