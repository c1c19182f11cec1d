package dev.banyan.api.kinds.settings;

import dev.banyan.api.v1.BlockIo;
import dev.banyan.api.v1.ContainerSettings;
import dev.banyan.api.v1.ContainerSpec;
import dev.banyan.api.v1.DiskLimit;
import dev.banyan.api.v1.HostPath;
import dev.banyan.api.v1.Mount;
import dev.banyan.api.v1.RestartPolicy;
import dev.banyan.api.v1.TaskSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * What tasks may ask for that agents of former versions would pass over without a word. An agent reports those that it knows, and scheduling
 * keeps tasks away from agents that lack any. Each is named by the key of a Compose file that asks for it.
 */
public final class Features {
    private static final String APPARMOR = "security_opt apparmor";
    private static final String DEVICES = "devices by name";
    private static final String GROUPS = "group_add by name";
    private static final String HOST_PORTS = "ports mode host";
    private static final String HOST_NETWORK = "network_mode host";
    private static final String NO_NETWORK = "network_mode none";
    private static final String RESTART_ATTEMPTS = "restart_policy.max_attempts";
    private static final String RESTART_DELAY = "restart_policy.delay";
    private static final String RESTART_WINDOW = "restart_policy.window";

    private static final String SECCOMP = "security_opt seccomp";

    /** Known only where the kernel counts swap. */
    public static final String SWAP = "memswap_limit";

    /** Known only where the kernel can bound what goes to and from disks. */
    public static final String BLOCK_IO = "blkio_config";

    /** Known only where the kernel can weigh who uses disks. */
    public static final String BLOCK_WEIGHT = "blkio_config.weight";

    /** Known only where it can do so for single disks. */
    public static final String DISK_WEIGHT = "blkio_config.weight_device";

    /** Known only where the server has IPv6 and an overlay that carries it. */
    public static final String IPV6 = "enable_ipv6";

    private static final String RECURSION = "bind.recursive";

    /** All that an agent of this version knows on any server; sorted. */
    public static final List<String> KNOWN = List.of(
            RECURSION,
            DEVICES,
            GROUPS,
            HOST_NETWORK,
            NO_NETWORK,
            HOST_PORTS,
            RESTART_DELAY,
            RESTART_ATTEMPTS,
            RESTART_WINDOW,
            APPARMOR,
            SECCOMP);

    private Features() {}

    /** Those that {@code task} needs and {@code known} lacks; sorted. */
    public static List<String> missing(List<String> known, TaskSpec task) {
        var needed = new ArrayList<String>();
        if (task.getDevicesCount() > 0) {
            needed.add(DEVICES);
        }
        settings(task.getContainer().getSettings(), needed);
        disks(task.getContainer().getSettings().getBlockIo(), needed);
        if (task.getContainer().getMountsList().stream().anyMatch(Features::shownOtherwise)) {
            needed.add(RECURSION);
        }
        if (task.getContainer().getPortsList().stream()
                .anyMatch(port -> port.getAccess().getHost())) {
            needed.add(HOST_PORTS);
        }
        restart(task.getContainer(), needed);
        return needed.stream()
                .filter(feature -> !known.contains(feature))
                .sorted()
                .toList();
    }

    private static void settings(ContainerSettings settings, List<String> needed) {
        if (!settings.getPowers().getApparmorProfile().isEmpty()) {
            needed.add(APPARMOR);
        }
        if (settings.getPowers().hasSeccomp()) {
            needed.add(SECCOMP);
        }
        switch (NetworkMode.of(settings)) {
            case HOST -> needed.add(HOST_NETWORK);
            case NONE -> needed.add(NO_NETWORK);
            case OWN -> {}
        }
        if (settings.getIpv6()) {
            needed.add(IPV6);
        }
        if (settings.getGroupNamesCount() > 0) {
            needed.add(GROUPS);
        }
        if (settings.getMemorySwapBytes() != 0) {
            needed.add(SWAP);
        }
    }

    private static boolean shownOtherwise(Mount mount) {
        return mount.getHost().getRecursion() != HostPath.Recursion.RECURSION_UNSPECIFIED;
    }

    private static void disks(BlockIo wanted, List<String> needed) {
        boolean weighed = wanted.getLimitsList().stream().anyMatch(limit -> limit.getBound() == DiskLimit.Bound.WEIGHT);
        if (wanted.getLimitsList().stream().anyMatch(limit -> limit.getBound() != DiskLimit.Bound.WEIGHT)) {
            needed.add(BLOCK_IO);
        }
        if (wanted.getWeight() > 0) {
            needed.add(BLOCK_WEIGHT);
        }
        if (weighed) {
            needed.add(DISK_WEIGHT);
        }
    }

    private static void restart(ContainerSpec container, List<String> needed) {
        var policy = container.getRestart();
        if (policy.hasDelayMs()) {
            needed.add(RESTART_DELAY);
        }
        // With other modes agents have always counted.
        if (policy.getRetriesMax() > 0 && policy.getMode() == RestartPolicy.Mode.ALWAYS) {
            needed.add(RESTART_ATTEMPTS);
        }
        if (policy.getWindowMs() > 0) {
            needed.add(RESTART_WINDOW);
        }
    }
}
