package dev.banyan.api.compose.verdict;

import java.util.List;

/** Verdicts on what a service asks of its containers beside what they run and how large they are. */
final class SettingsVerdicts {
    private static final String GRANTED = "An agent must grant it ([privileges](privileges.md)).";

    private static final String HOST = "or host, which an agent must grant ([privileges](privileges.md)).";

    private SettingsVerdicts() {}

    static void fill(VerdictTable service) {
        process(service);
        names(service);
        limits(service);
        disks(service);
        powers(service);
    }

    private static void process(VerdictTable service) {
        service.honoured("working_dir", "An absolute path.")
                .honoured("user", "By name or number, as the image knows them.")
                .honoured("group_add", "By number, or by a name that the image's /etc/group has.")
                .honoured("init", "A process that reaps orphans and passes on signals.")
                .honoured("tty", "")
                .honoured("stdin_open", "Standard input stays open; nothing is ever sent.")
                .honoured("read_only", "")
                .honoured("stop_signal", "")
                .honoured("stop_grace_period", "10s by default.");
    }

    private static void names(VerdictTable service) {
        service.honoured(
                        "labels",
                        "Of the containers. `dev.banyan/`, `io.kubernetes.` and `io.cri-containerd.` are reserved. banyan-cli ps -o json shows them.")
                .honoured("annotations", "Of the containers, under the same rules as labels.")
                .honoured("hostname", "At most 63 characters. Without it a container is called service-slot.")
                .honoured("domainname", "")
                .honoured(
                        "container_name",
                        "A further name under which the other services reach this one; containers have names of their own. One replica at most.")
                .honoured("extra_hosts", "`host-gateway` is the server that the container runs on.")
                .honoured("links", "Another name of a service, and who starts first.");
    }

    private static void limits(VerdictTable service) {
        service.honoured("shm_size", "64m by default.")
                .honoured("ulimits", "Cut down to the server's own; an event says so.")
                .honoured(
                        "sysctls",
                        "Those that a container has for itself: `net.*`, `fs.mqueue.*`, of shared memory and messages.")
                .honoured("cpuset", "")
                .honoured("cpu_shares", "Without it, 1024 for each core of the limit.")
                .honoured(
                        "memswap_limit",
                        "Of memory and swap together, on agents whose kernel counts swap. Without it a limit of memory is one of both; -1 is as much swap as there is.")
                .honoured("oom_score_adj", "Below 0 an agent must grant it ([privileges](privileges.md)).")
                .honoured("logging", "");
        service.below("ulimits.*").honoured("soft", "").honoured("hard", "");
        service.below("logging")
                .honoured("driver", "json-file and local are what agents do in any case; none keeps nothing.")
                .honoured(
                        "options",
                        "max-size, 10m by default, and max-file, 3 by default. One file is kept as two of half the size.");
    }

    private static void disks(VerdictTable service) {
        service.honoured("blkio_config", "On agents whose kernel can do it.");
        var disks = service.below("blkio_config");
        disks.honoured("weight", "It counts at disks whose scheduler is bfq.")
                .honoured("weight_device", "The kernel refuses it for disks with another scheduler than bfq.");
        disks.below("weight_device.*").honoured("path", "").honoured("weight", "");
        for (var rate : List.of("device_read_bps", "device_read_iops", "device_write_bps", "device_write_iops")) {
            disks.honoured(rate, "")
                    .below(rate + ".*")
                    .honoured(
                            "path",
                            "A whole disk of the agent's server: the container is not started where it is missing.")
                    .honoured("rate", "In a second.");
        }
    }

    private static void powers(VerdictTable service) {
        service.honoured(
                        "cap_add",
                        "Those that containers do not have anyway an agent must grant ([privileges](privileges.md)).")
                .honoured("cap_drop", "")
                .honoured("privileged", GRANTED)
                .honoured(
                        "security_opt",
                        "no-new-privileges, which is so unless it says false; seccomp=FILE with a profile in Docker's form, which is sent with the app, seccomp=unconfined, apparmor=unconfined and apparmor=NAME of a profile that is loaded on the agent, all of which it must grant ([privileges](privileges.md)); label=disable. Others are refused.")
                .honoured(
                        "devices",
                        "Paths, which an agent must grant ([privileges](privileges.md)), and [devices](devices.md) by name.")
                .honoured("device_cgroup_rules", GRANTED)
                .honoured("ipc", "private or shareable; " + HOST)
                .honoured("pid", "private; " + HOST)
                .honoured("uts", "private; " + HOST)
                .honoured("cgroup", "private; " + HOST)
                .honoured("userns_mode", "host, which is so in any case.");
        service.below("devices.*")
                .honoured("source", "Below /dev/, or a name such as nvidia.com/gpu=0.")
                .honoured("target", "Below /dev/.")
                .honoured("permissions", "");
    }
}
