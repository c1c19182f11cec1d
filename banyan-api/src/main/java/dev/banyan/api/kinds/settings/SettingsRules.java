package dev.banyan.api.kinds.settings;

import dev.banyan.api.v1.ContainerSettings;
import dev.banyan.api.v1.Device;
import dev.banyan.api.v1.ExtraHost;
import dev.banyan.api.v1.HostNamespace;
import dev.banyan.api.v1.Powers;
import dev.banyan.api.v1.Ulimit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What settings of containers must satisfy, whoever made them. Pure; collects every problem. */
public final class SettingsRules {
    /** Labels, annotations, sysctls, hosts, devices and the like: more of one sort is a mistake. */
    static final int ENTRIES_MAX = 128;

    /** containerd keeps no label that is longer, key and value together. */
    static final int LABEL_MAX = 4096;

    static final Duration GRACE_MAX = Duration.ofDays(7);

    /** Longest delay of a restart, and longest window: as long as any duration of a Compose file. */
    public static final Duration RESTART_MAX = Duration.ofDays(7);

    static final int FILES_MAX = 100;
    private static final int HOSTNAME_MAX = 63;
    private static final int PATH_MAX = 4096;
    private static final int VALUE_MAX = 1024;
    private static final long SHM_MAX = 1L << 50;

    /** The kernel's own. */
    private static final int SHARES_MAX = 262_144;

    /** Below it a file of output would be moved away with every line. */
    private static final long FILE_BYTES_MIN = 1024;

    private static final Pattern USER =
            Pattern.compile("([0-9]{1,10}|[a-z_][a-z0-9_.-]{0,31})(:([0-9]{1,10}|[a-z_][a-z0-9_.-]{0,31}))?");
    /** What the image's list of groups may have. */
    public static final Pattern GROUP = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,31}");

    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9_]([A-Za-z0-9._-]{0,252})");
    private static final Pattern ADDRESS =
            Pattern.compile("[0-9.]{7,15}|(?=[^:]*:)[0-9a-fA-F:.]{2,45}(%[a-z0-9]+)?|host-gateway");
    private static final Pattern CORES = Pattern.compile("[0-9]{1,4}(-[0-9]{1,4})?(,[0-9]{1,4}(-[0-9]{1,4})?)*");
    private static final Pattern DEVICE = Pattern.compile("/dev/[A-Za-z0-9_.,:+@/-]{1,200}");
    static final Pattern PROFILE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,99}");
    private static final Pattern RULE = Pattern.compile("[abc] ([0-9]{1,10}|\\*):([0-9]{1,10}|\\*) [rwm]{1,3}");
    private static final Set<String> ULIMITS = Set.of(
            "as",
            "core",
            "cpu",
            "data",
            "fsize",
            "locks",
            "memlock",
            "msgqueue",
            "nice",
            "nofile",
            "nproc",
            "rss",
            "rtprio",
            "rttime",
            "sigpending",
            "stack");

    /** Keys of labels that Banyan and containerd set themselves. */
    private static final List<String> RESERVED = List.of("dev.banyan/", "io.cri-containerd.", "io.kubernetes.");

    private static final String ON_THE_SERVERS_NETWORK = ", which \"network_mode: host\" has no part in";
    private static final String NAMED_AS_SERVER = "is the server's own with \"network_mode: host\"";
    private static final String LOOKS_UP_AS_SERVER =
            "is the server's own with \"network_mode: host\", unless \"dns\" names servers";

    private final List<SettingsProblem> problems = new ArrayList<>();

    private SettingsRules() {}

    /** Everything that is wrong with {@code settings}. */
    public static List<SettingsProblem> problems(ContainerSettings settings) {
        var rules = new SettingsRules();
        rules.process(settings);
        rules.names(settings);
        new LookupRules(rules.problems).check(settings.getNameLookup());
        rules.limits(settings);
        new BlockIoRules(rules.problems).check(settings.getBlockIo());
        rules.powers(settings.getPowers());
        rules.sharing(settings);
        return List.copyOf(rules.problems);
    }

    /** Why a container of these settings cannot have {@code memoryBytes}, of which 0 is without limit; empty when it can. */
    public static Optional<String> swapProblem(ContainerSettings settings, long memoryBytes) {
        long both = settings.getMemorySwapBytes();
        if (both != 0 && memoryBytes == 0) {
            return Optional.of("limits memory and swap together, and \"mem_limit\" is not set");
        }
        return both > 0 && both < memoryBytes
                ? Optional.of("is less than \"mem_limit\", which is a part of it")
                : Optional.empty();
    }

    private void process(ContainerSettings settings) {
        var directory = settings.getWorkingDir();
        require(
                directory.isEmpty()
                        || directory.startsWith("/") && directory.length() <= PATH_MAX && directory.indexOf('\0') < 0,
                "is no absolute path",
                "working_dir");
        var user = settings.getUser();
        require(
                user.isEmpty() || USER.matcher(user).matches(),
                "is no user: a name or number, and a group after a colon",
                "user");
        int groups = settings.getGroupsCount() + settings.getGroupNamesCount();
        require(groups <= ENTRIES_MAX, tooMany("groups"), "group_add");
        settings.getGroupNamesList()
                .forEach(name -> require(
                        GROUP.matcher(name).matches(), "'" + name + "' is no name or number of a group", "group_add"));
        require(
                settings.getStopSignal() >= 0 && settings.getStopSignal() <= Signals.LAST,
                "is no signal",
                "stop_signal");
        long grace = settings.getStopGraceMs();
        require(grace >= 0 && grace <= GRACE_MAX.toMillis(), "must be from 0 to 168h", "stop_grace_period");
    }

    private void names(ContainerSettings settings) {
        labels(List.of("labels"), settings.getLabelsMap());
        labels(List.of("annotations"), settings.getAnnotationsMap());
        host("hostname", settings.getHostname());
        host("domainname", settings.getDomainname());
        host("container_name", settings.getContainerName());
        require(settings.getExtraHostsCount() <= ENTRIES_MAX, tooMany("hosts"), "extra_hosts");
        for (int i = 0; i < settings.getExtraHostsCount(); i++) {
            extraHost(settings.getExtraHosts(i), i);
        }
        require(settings.getLinksCount() <= ENTRIES_MAX, tooMany("links"), "links");
        for (int i = 0; i < settings.getLinksCount(); i++) {
            require(
                    HOST.matcher(settings.getLinks(i).getAlias()).matches(),
                    "its alias is no name of a host",
                    "links",
                    Integer.toString(i));
        }
    }

    private void host(String key, String name) {
        require(
                name.isEmpty()
                        || name.length() <= HOSTNAME_MAX && HOST.matcher(name).matches(),
                "is no name of a host of at most " + HOSTNAME_MAX + " characters",
                key);
    }

    private void extraHost(ExtraHost host, int index) {
        require(
                HOST.matcher(host.getName()).matches()
                        && ADDRESS.matcher(host.getAddress()).matches(),
                "is no host with its address",
                "extra_hosts",
                Integer.toString(index));
    }

    private void labels(List<String> key, Map<String, String> labels) {
        require(labels.size() <= ENTRIES_MAX, tooMany("labels"), key.toArray(String[]::new));
        labels.forEach((name, value) -> {
            var path = Stream.concat(key.stream(), Stream.of(name)).toArray(String[]::new);
            require(!name.isEmpty(), "has no name", path);
            require(
                    RESERVED.stream().noneMatch(name::startsWith),
                    "is reserved: labels that begin with " + String.join(" or ", RESERVED) + " are set by the cluster",
                    path);
            require(name.length() + value.length() <= LABEL_MAX, "is longer than " + LABEL_MAX + " characters", path);
        });
    }

    private void limits(ContainerSettings settings) {
        long shm = settings.getShmBytes();
        require(shm >= 0 && shm <= SHM_MAX, "must be from 1 byte to 1024t", "shm_size");
        settings.getUlimitsList().forEach(this::ulimit);
        require(settings.getSysctlsCount() <= ENTRIES_MAX, tooMany("sysctls"), "sysctls");
        settings.getSysctlsMap().forEach((name, value) -> {
            Sysctls.refusal(name).ifPresent(why -> add(why, "sysctls", name));
            require(
                    !value.isBlank()
                            && value.length() <= VALUE_MAX
                            && value.chars().allMatch(c -> c >= ' '),
                    "has no value that the kernel could take",
                    "sysctls",
                    name);
        });
        require(
                settings.getCpuset().isEmpty()
                        || CORES.matcher(settings.getCpuset()).matches(),
                "is no set of cores",
                "cpuset");
        int shares = settings.getCpuShares();
        require(shares == 0 || shares >= 2 && shares <= SHARES_MAX, "must be from 2 to " + SHARES_MAX, "cpu_shares");
        require(Math.abs(settings.getOomScoreAdj()) <= 1000, "must be from -1000 to 1000", "oom_score_adj");
        require(settings.getMemorySwapBytes() >= -1, "must be -1, or a size", "memswap_limit");
        var logging = settings.getLogging();
        require(
                logging.getFileBytes() == 0 || logging.getFileBytes() >= FILE_BYTES_MIN,
                "must be at least 1k",
                "logging",
                "options",
                "max-size");
        require(
                logging.getFiles() >= 0 && logging.getFiles() <= FILES_MAX,
                "must be from 1 to " + FILES_MAX,
                "logging",
                "options",
                "max-file");
    }

    private void ulimit(Ulimit limit) {
        var name = limit.getName();
        require(
                ULIMITS.contains(name),
                "is no limit: known are " + ULIMITS.stream().sorted().toList(),
                "ulimits",
                name);
        boolean ordered = limit.getHard() == -1
                || limit.getSoft() >= 0 && limit.getHard() >= 0 && limit.getSoft() <= limit.getHard();
        require(ordered && limit.getSoft() >= -1, "its soft limit is above the hard one", "ulimits", name);
    }

    private void powers(Powers powers) {
        capabilities("cap_add", powers.getAddList());
        capabilities("cap_drop", powers.getDropList());
        profiles(powers);
        require(powers.getDevicesCount() <= ENTRIES_MAX, tooMany("devices"), "devices");
        for (int i = 0; i < powers.getDevicesCount(); i++) {
            device(powers.getDevices(i), Integer.toString(i));
        }
        require(powers.getDeviceRulesCount() <= ENTRIES_MAX, tooMany("rules"), "device_cgroup_rules");
        for (int i = 0; i < powers.getDeviceRulesCount(); i++) {
            require(
                    RULE.matcher(powers.getDeviceRules(i)).matches(),
                    "is no rule; write such as \"c 10:229 rwm\"",
                    "device_cgroup_rules",
                    Integer.toString(i));
        }
    }

    private void profiles(Powers powers) {
        var profile = powers.getApparmorProfile();
        require(
                profile.isEmpty() || PROFILE.matcher(profile).matches(),
                "'" + profile + "' is no name of a profile of AppArmor",
                "security_opt");
        if (powers.hasSeccomp()) {
            require(!powers.getSeccompUnconfined(), "has a filter of system calls and none at once", "security_opt");
            SeccompRules.problem(powers.getSeccomp()).ifPresent(problem -> add(problem, "security_opt"));
        }
        require(
                profile.isEmpty() || !powers.getApparmorUnconfined(),
                "has a profile of AppArmor and none at once",
                "security_opt");
    }

    private void capabilities(String key, List<String> names) {
        for (int i = 0; i < names.size(); i++) {
            require(
                    Capabilities.known(names.get(i)),
                    "'" + names.get(i) + "' is no capability of Linux",
                    key,
                    Integer.toString(i));
        }
    }

    private void device(Device device, String index) {
        boolean source = DEVICE.matcher(device.getSource()).matches()
                && !device.getSource().contains("..");
        require(source, "is no device of a server: its path begins with /dev/", "devices", index);
        require(
                DEVICE.matcher(device.getTarget()).matches()
                        && !device.getTarget().contains(".."),
                "shows it at no path below /dev/",
                "devices",
                index);
        require(
                device.getPermissions().matches("[rwm]{1,3}"),
                "has permissions other than r, w and m",
                "devices",
                index);
    }

    /** What a container cannot have of its own and share at once. */
    private void sharing(ContainerSettings settings) {
        var shared = settings.getPowers().getHostNamespacesList();
        require(
                shared.stream()
                        .allMatch(namespace -> namespace != HostNamespace.HOST_NAMESPACE_UNSPECIFIED
                                && namespace != HostNamespace.UNRECOGNIZED),
                "is no namespace",
                "ipc");
        require(
                !shared.contains(HostNamespace.UTS)
                        || settings.getHostname().isEmpty()
                                && settings.getDomainname().isEmpty(),
                "shares the server's name: remove \"hostname\" and \"domainname\"",
                "uts");
        require(
                !shared.contains(HostNamespace.CGROUP) || !settings.getPowers().getOwnCgroupView(),
                "is host and private at once",
                "cgroup");
        if (shared.contains(HostNamespace.NETWORK)) {
            onTheServersNetwork(settings);
        }
        if (shared.contains(HostNamespace.IPC)) {
            require(settings.getShmBytes() == 0, "is the server's, which \"ipc: host\" shares", "shm_size");
            settings.getSysctlsMap().keySet().stream()
                    .filter(Sysctls::ofIpc)
                    .forEach(name -> add("would change the whole server, which \"ipc: host\" shares", "sysctls", name));
        }
    }

    private void onTheServersNetwork(ContainerSettings settings) {
        require(!settings.getNoNetwork(), "is host and none at once", "network_mode");
        require(settings.getHostname().isEmpty(), NAMED_AS_SERVER, "hostname");
        require(settings.getDomainname().isEmpty(), NAMED_AS_SERVER, "domainname");
        require(settings.getLinksCount() == 0, "names addresses of the cluster" + ON_THE_SERVERS_NETWORK, "links");
        var lookup = settings.getNameLookup();
        boolean asks = lookup.getServersCount() > 0;
        require(asks || lookup.getSearchesCount() == 0, LOOKS_UP_AS_SERVER, "dns_search");
        require(asks || lookup.getOptionsCount() == 0, LOOKS_UP_AS_SERVER, "dns_opt");
        settings.getSysctlsMap().keySet().stream()
                .filter(name -> name.startsWith("net."))
                .forEach(name -> add(
                        "would change the whole server, whose network \"network_mode: host\" shares", "sysctls", name));
    }

    private static String tooMany(String what) {
        return "at most " + ENTRIES_MAX + " " + what;
    }

    private void require(boolean holds, String message, String... path) {
        if (!holds) {
            add(message, path);
        }
    }

    private void add(String message, String... path) {
        problems.add(new SettingsProblem(List.of(path), message));
    }
}
