package dev.banyan.api.compose.verdict;

import dev.banyan.api.compose.schema.ComposeKeys;
import java.util.List;

/** Verdicts on the keys of a service, but for {@code deploy} and what is like it. */
final class ServiceVerdicts {
    private static final String CHANGES = "changes in steps";

    private ServiceVerdicts() {}

    static void fill(VerdictTable service) {
        process(service);
        files(service);
        dependencies(service);
        container(service);
        network(service);
        storage(service);
        mounts(service.below("volumes.*"));
        hosts(service);
        strangers(service);
    }

    private static void process(VerdictTable service) {
        ImageVerdicts.fill(service);
        service.honoured("command", "")
                .honoured("entrypoint", "")
                .honoured("environment", "A name without a value takes the caller's.")
                .honoured("env_file", "Read while loading, on the user's machine.")
                .honoured("healthcheck", "Without it the image's own is run.")
                .honoured(
                        "restart",
                        "Without it a container is always restarted, unless another service waits for it to complete.");
        service.below("env_file.*")
                .honoured("path", "")
                .honoured("required", "")
                .honoured("format", "");
        service.below("healthcheck")
                .honoured("disable", "")
                .honoured("interval", "At least 100ms; 30s by default.")
                .honoured("retries", "3 by default.")
                .honoured(
                        "start_interval",
                        "At least 100ms. Without it checks are closer together while a container starts.")
                .honoured("start_period", "")
                .honoured("test", "A line is run by the container's own shell.")
                .honoured("timeout", "At least 100ms; 30s by default.");
    }

    private static void files(VerdictTable service) {
        service.honoured("extends", "From this file or another.")
                .honoured("label_file", "Read while loading; what it holds are labels, with their verdict.")
                .honoured("profiles", "")
                .honoured(
                        ComposeKeys.AFFINITY,
                        "Such as 3h: a client, by its address, keeps its replica for so long after its last new connection.")
                .honoured(ComposeKeys.IGNORE, "Refusals that the author accepts, by their paths within the service.")
                .metadata(
                        "develop",
                        "For tools that watch files while somebody develops; running an app takes no part in it.")
                .metadata(
                        "attach", "Whether other tools follow its output at once; banyan-cli logs does so on request.")
                .metadata(
                        "expose",
                        "Says to people what the image listens on; nothing is closed between the services of an app.");
        service.below("extends").honoured("service", "").honoured("file", "");
        service.honoured("configs", "Files that cannot be written, gone with the task.")
                .honoured("secrets", "Files that cannot be written, gone with the task.");
        for (var section : List.of("configs.*", "secrets.*")) {
            service.below(section)
                    .honoured("source", "")
                    .honoured("target", "Relative to /run/secrets for a secret, to / for a config.")
                    .honoured("uid", "A number; root by default.")
                    .honoured("gid", "A number; root by default.")
                    .honoured("mode", "0444 by default; bits for writing mean nothing.");
        }
    }

    private static void dependencies(VerdictTable service) {
        service.honoured("depends_on", "Across all servers.");
        service.below("depends_on.*")
                .honoured("condition", "All three.")
                .honoured("required", "`false`: starts without a dependency that fails to start.")
                .honoured("restart", "`true`: replaced whenever a change of the app replaces the dependency.");
    }

    private static void container(VerdictTable service) {
        service.honoured("runtime", "runc, which runs containers in any case; others are refused.")
                .honoured("gpus", "Whole, and nobody else's meanwhile. See [devices](devices.md).")
                .later(CHANGES, "pre_start", "post_start", "pre_stop");
        DeployVerdicts.device(service.below("gpus.*"));
    }

    private static void network(VerdictTable service) {
        attachments(service);
        service.honoured("dns", "Asked for names of others; those of the app are found in any case.")
                .honoured("dns_opt", "In place of `timeout:1` and `attempts:2`, which agents set.")
                .honoured("dns_search", "After the app's own domain; `.` for none but that.")
                .honoured(
                        "ports", "On the agents' hosts; one without a published port is open inside the cluster only.");
        service.below("ports.*")
                .honoured("target", "")
                .honoured("published", "One port or none; a port that is chosen from a range is refused.")
                .honoured("protocol", "tcp or udp; sctp is refused.")
                .metadata("name", "For people.")
                .metadata("app_protocol", "A hint for tools; connections are passed on as they are.")
                .honoured(
                        "host_ip",
                        "An address of a server, which alone answers on it; 127.0.0.1 for programs of the servers themselves; 0.0.0.0 and :: for all of one kind.")
                .honoured("mode", "host: open where a replica runs and leads to that one, of which a server has one.")
                .honoured(
                        ComposeKeys.ALLOW,
                        "Ranges such as 192.0.2.0/24 or 2001:db8::/32: others are refused. Programs of the server itself are not asked.");
    }

    private static void attachments(VerdictTable service) {
        service.honoured(
                        "networks",
                        "Services without a common one neither reach nor find each other. See [network](network.md).")
                .honoured(
                        "network_mode",
                        "none: no link but loopback; host: its server's network, which the agent must grant, see [privileges](privileges.md); bridge and default: as without it; those of other containers are refused.")
                .honoured(ComposeKeys.POLICY, "Who may use which of its ports. See [network](network.md).")
                .later("settings of networks", "mac_address");
        service.below(ComposeKeys.POLICY + ".*")
                .honoured("allow", "Services: web, billing.api of another app, billing.*, or *.")
                .honoured("deny", "Services that may not.")
                .honoured("ports", "Such as 5432 or 53/udp; without it all.");
        service.below("networks.*")
                .honoured("aliases", "For services of the same network.")
                .metadata("priority", "A container has one link, whatever networks it is in.")
                .metadata("gw_priority", "A container has one way out.")
                .never("interface_name", "a container has one link")
                .unless("eth0", "interface_name")
                .never("ipv4_address", "agents give addresses", "use the service's name")
                .never("ipv6_address", "agents give addresses", "use the service's name")
                .never("mac_address", "links of containers are routed, and nobody sees such an address")
                .never("link_local_ips", "links of containers are routed")
                .never("driver_opts", "it is an option of Docker's drivers");
    }

    private static void storage(VerdictTable service) {
        service.honoured("volumes", "See [volumes](volumes.md).")
                .honoured("tmpfs", "With size, mode, uid, gid, ro and exec.")
                .never(
                        "volumes_from",
                        "containers of different servers share no files",
                        "name a volume in both services")
                .never("storage_opt", "it is an option of Docker's storage drivers");
    }

    private static void mounts(VerdictTable mount) {
        mount.honoured("type", "volume, bind and tmpfs; other types are refused.")
                .honoured("source", "A volume's name, or an absolute path that the servers' settings allow.")
                .honoured("target", "")
                .honoured("read_only", "")
                .honoured("bind", "")
                .honoured("tmpfs", "")
                .honoured("volume", "")
                .metadata("consistency", "Says something about Docker Desktop; here there is one copy.")
                .never("image", "an image cannot be mounted");
        mount.below("bind")
                .honoured("create_host_path", "Where the servers' settings let containers write.")
                .honoured("propagation", "rprivate and rslave; shared mounts are refused.")
                .honoured(
                        "recursive",
                        "disabled: what is mounted below the path is not shown; readonly: it is read-only too, with `read_only`; writable is as enabled: it may be written, also below a mount that is read-only.")
                .metadata("selinux", "Containers run without labels of SELinux.");
        mount.below("tmpfs").honoured("size", "").honoured("mode", "");
        mount.below("volume")
                .honoured("nocopy", "")
                .honoured("subpath", "A directory that is there already.")
                .never("labels", "a volume has its labels once", "write them under \"volumes\" at the top");
    }

    private static void hosts(VerdictTable service) {
        service.never("cgroup_parent", "agents choose where control groups are")
                .never("cpu_rt_period", "agents grant no real-time scheduling")
                .never("cpu_rt_runtime", "agents grant no real-time scheduling")
                .never("mem_swappiness", "control groups of version 2 have no such setting")
                .never("oom_kill_disable", "a container without memory would stand still for ever")
                .unless("false", "oom_kill_disable");
    }

    private static void strangers(VerdictTable service) {
        var windows = "it is for containers of Windows";
        service.never("cpu_count", windows, "write \"cpus\"")
                .never("cpu_percent", windows, "write \"cpus\"")
                .never("credential_spec", windows)
                .never("isolation", windows)
                .never("driver_opts", "it is an option of Docker's drivers")
                .never("external_links", "containers outside of the app are not known", "name the host and the port")
                .never("models", "Banyan runs no models", "run the model's server as a service")
                .never("provider", "Banyan runs no programs of the user's machine", "run it as a service with an image")
                .never("use_api_socket", "there is no socket of a container engine to hand out")
                .unless("false", "use_api_socket");
    }
}
