package dev.banyan.api.compose.schema;

import static dev.banyan.api.compose.schema.Shape.fields;
import static dev.banyan.api.compose.schema.Shape.list;
import static dev.banyan.api.compose.schema.Shape.listOrOne;
import static dev.banyan.api.compose.schema.Shape.named;

import dev.banyan.api.compose.node.Node.Mapping;
import dev.banyan.api.compose.schema.Shape.Bare;
import dev.banyan.api.compose.schema.Shape.Fields;
import dev.banyan.api.compose.schema.Shape.Hosts;
import dev.banyan.api.compose.schema.Shape.Joining;
import dev.banyan.api.compose.schema.Shape.Listed;
import dev.banyan.api.compose.schema.Shape.Located;
import dev.banyan.api.compose.schema.Shape.Named;
import dev.banyan.api.compose.schema.Shape.One;
import dev.banyan.api.compose.schema.Shape.Pairs;
import dev.banyan.api.compose.schema.Shape.Words;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** The keys of a service. */
final class ServiceKeys {
    private static final One TEXT = new One(Forms.TEXT);
    private static final One FLAG = new One(Forms.FLAG);
    private static final One DURATION = new One(Forms.DURATION);
    private static final One BYTES = new One(Forms.BYTES);
    private static final Pairs LABELS = new Pairs(Bare.EMPTY);
    private static final Pairs OPTIONS = new Pairs(Bare.EMPTY);
    private static final Listed UNIQUE_TEXTS = list(TEXT, Uniqueness.WHOLE);
    private static final Listed TEXTS_OR_ONE = listOrOne(TEXT, Uniqueness.WHOLE);

    private static final long INT = Integer.MAX_VALUE;
    private static final One CORES = new One(Forms.CORES);
    private static final One CONTAINER_NAME =
            new One(Forms.matching("name of a container", "[a-zA-Z0-9][a-zA-Z0-9_.-]{1,127}", "shop-web"));
    private static final One MAC =
            new One(Forms.matching("hardware address", "([0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2}", "02:42:ac:11:65:43"));
    private static final One MICROS =
            new One((text, quoted) -> Forms.whole(0, INT).read(text, quoted) instanceof Form.Reading.Value value
                    ? value
                    : Amounts.readDuration(text, quoted));

    private static final Listed CAPABILITIES =
            list(new One(Forms.matching("capability", "[A-Z][A-Z0-9_]{1,62}", "NET_ADMIN")), Uniqueness.WHOLE);

    static final Fields SERVICE = fields(
            "annotations",
            LABELS,
            "attach",
            FLAG,
            "blkio_config",
            blockIo(),
            "build",
            BuildKeys.BUILD,
            "cap_add",
            CAPABILITIES,
            "cap_drop",
            CAPABILITIES,
            "cgroup",
            new One(Forms.word("namespace of control groups", "host", "private")),
            "cgroup_parent",
            TEXT,
            "command",
            new Words(false),
            "configs",
            grants(Uniqueness.CONFIG),
            "container_name",
            CONTAINER_NAME,
            "cpu_count",
            whole(0, 4096),
            "cpu_percent",
            new One(Amounts.decimal(0, 100)),
            "cpu_period",
            MICROS,
            "cpu_quota",
            MICROS,
            "cpu_rt_period",
            MICROS,
            "cpu_rt_runtime",
            MICROS,
            "cpu_shares",
            whole(0, 262_144),
            "cpus",
            CORES,
            "cpuset",
            new One(Forms.matching("set of cores", "[0-9]{1,4}(-[0-9]{1,4})?(,[0-9]{1,4}(-[0-9]{1,4})?)*", "0-3,5")),
            "credential_spec",
            fields("config", TEXT, "file", new Located(true), "registry", TEXT),
            "depends_on",
            dependsOn(),
            "deploy",
            DeployKeys.DEPLOY,
            "develop",
            BuildKeys.DEVELOP,
            "device_cgroup_rules",
            UNIQUE_TEXTS,
            "devices",
            devices(),
            "dns",
            TEXTS_OR_ONE,
            "dns_opt",
            UNIQUE_TEXTS,
            "dns_search",
            TEXTS_OR_ONE,
            "domainname",
            TEXT,
            "driver_opts",
            OPTIONS,
            "entrypoint",
            new Words(false),
            "env_file",
            envFile(),
            "environment",
            new Pairs(Bare.INHERITED),
            "expose",
            list(
                    new One(Forms.matching("port", "[0-9]{1,5}(-[0-9]{1,5})?(/(tcp|udp|sctp))?", "8080")),
                    Uniqueness.WHOLE),
            "extends",
            fields("service", TEXT, "file", new Located(false))
                    .orShort(ShortForms.key("service"))
                    .needs("service"),
            "external_links",
            UNIQUE_TEXTS,
            "extra_hosts",
            new Hosts(),
            "gpus",
            new Listed(DeployKeys.DEVICE.orShort(ShortForms::gpus), Optional.empty(), true),
            "group_add",
            UNIQUE_TEXTS,
            "healthcheck",
            healthcheck(),
            "hostname",
            new One(Forms.matching("name of a host", "[a-zA-Z0-9]([a-zA-Z0-9_.-]{0,252})", "db-1")),
            "image",
            new One(Forms.IMAGE),
            "init",
            FLAG,
            "ipc",
            TEXT,
            "isolation",
            TEXT,
            "label_file",
            listOrOne(new Located(false), Uniqueness.WHOLE),
            "labels",
            LABELS,
            "links",
            UNIQUE_TEXTS,
            "logging",
            fields("driver", TEXT, "options", OPTIONS).joined(Joining.SAME_DRIVER),
            "mac_address",
            MAC,
            "mem_limit",
            BYTES,
            "mem_reservation",
            BYTES,
            "mem_swappiness",
            whole(0, 100),
            "memswap_limit",
            new One(Forms.BYTES_OR_ALL),
            "models",
            new Named(fields("endpoint_var", TEXT, "model_var", TEXT), Optional.of(ShortForms.bare())),
            "network_mode",
            TEXT,
            "networks",
            new Named(attachment(), Optional.of(ShortForms.bare())),
            "oom_kill_disable",
            FLAG,
            "oom_score_adj",
            whole(-1000, 1000),
            "pid",
            TEXT,
            "pids_limit",
            whole(-1, 4_194_304),
            "platform",
            new One(Forms.PLATFORM),
            "ports",
            list(port(), Uniqueness.PORT),
            "post_start",
            list(BuildKeys.HOOK.needs("command")),
            "pre_start",
            preStart(),
            "pre_stop",
            list(BuildKeys.HOOK.needs("command")),
            "privileged",
            FLAG,
            "profiles",
            list(new One(Forms.matching("profile", "[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}|\\*", "debug")), Uniqueness.WHOLE),
            "provider",
            fields("type", TEXT, "options", new Shape.Free()),
            "pull_policy",
            pullPolicy(),
            "pull_refresh_after",
            DURATION,
            "read_only",
            FLAG,
            "restart",
            new One(Forms.RESTART),
            "runtime",
            TEXT,
            "scale",
            whole(0, DeployKeys.REPLICAS_MAX),
            "secrets",
            grants(Uniqueness.SECRET),
            "security_opt",
            UNIQUE_TEXTS,
            "shm_size",
            BYTES,
            "stdin_open",
            FLAG,
            "stop_grace_period",
            DURATION,
            "stop_signal",
            new One(Forms.matching("signal", "[0-9]{1,2}|(SIG)?[A-Z][A-Z0-9+-]{1,10}", "SIGTERM")),
            "storage_opt",
            OPTIONS,
            "sysctls",
            new Pairs(Bare.EMPTY),
            "tmpfs",
            TEXTS_OR_ONE,
            "tty",
            FLAG,
            "ulimits",
            named(BuildKeys.ULIMIT),
            "use_api_socket",
            FLAG,
            "user",
            TEXT,
            "userns_mode",
            TEXT,
            "uts",
            TEXT,
            "volumes",
            list(mount(), Uniqueness.TARGET),
            "volumes_from",
            UNIQUE_TEXTS,
            "working_dir",
            TEXT,
            ComposeKeys.AFFINITY,
            DURATION,
            ComposeKeys.IGNORE,
            TEXTS_OR_ONE,
            ComposeKeys.POLICY,
            list(rule(false)));

    private ServiceKeys() {}

    private static One whole(long min, long max) {
        return new One(Forms.whole(min, max));
    }

    private static One pullPolicy() {
        var word = Forms.word(
                "pull policy", "always", "never", "build", "if_not_present", "missing", "refresh", "daily", "weekly");
        return new One((text, quoted) -> text.matches("every_([0-9]{1,9}[wdhms]){1,8}")
                ? new Form.Reading.Value(text, dev.banyan.api.compose.node.Kind.TEXT)
                : word.read(text, quoted));
    }

    private static Named dependsOn() {
        var condition = Forms.word("condition", "service_started", "service_healthy", "service_completed_successfully");
        var dependency = fields("condition", new One(condition), "required", FLAG, "restart", FLAG);
        return new Named(dependency, Optional.of(ShortForms.dependency()));
    }

    private static Fields healthcheck() {
        return fields(
                "disable", FLAG,
                "interval", DURATION,
                "retries", whole(1, 100),
                "start_interval", DURATION,
                "start_period", DURATION,
                "test", new Words(true),
                "timeout", DURATION);
    }

    private static Fields blockIo() {
        var rate = list(fields("path", TEXT, "rate", BYTES).needs("path", "rate"), Uniqueness.PATH);
        var weight = whole(10, 1000);
        return fields(
                "device_read_bps", rate,
                "device_read_iops", rate,
                "device_write_bps", rate,
                "device_write_iops", rate,
                "weight", weight,
                "weight_device", list(fields("path", TEXT, "weight", weight).needs("path", "weight"), Uniqueness.PATH));
    }

    private static Listed devices() {
        var device = fields(
                "source",
                TEXT,
                "target",
                TEXT,
                "permissions",
                new One(Forms.matching("set of permissions", "[rwm]{1,3}", "rw")));
        return list(device.orShort(ShortForms::device).needs("source"), Uniqueness.TARGET);
    }

    private static Listed grants(Shape.Identity identity) {
        var grant = fields("source", TEXT, "target", TEXT, "uid", TEXT, "gid", TEXT, "mode", new One(Forms.MODE));
        return list(grant.orShort(ShortForms.key("source")).needs("source"), identity);
    }

    private static Listed envFile() {
        var file = fields("path", new Located(false), "required", FLAG, "format", new One(Forms.word("format", "raw")));
        return listOrOne(file.orShort(ShortForms.key("path")).needs("path"), Uniqueness.PATH);
    }

    /** One rule of who may use what; {@code whole} when it is one of the whole project, which says of whom it is. */
    static Fields rule(boolean whole) {
        var ports = list(new One(Forms.matching("port", "[0-9]{1,5}(/(tcp|udp))?", "5432")));
        return whole
                ? fields("allow", TEXTS_OR_ONE, "deny", TEXTS_OR_ONE, "ports", ports, "to", TEXTS_OR_ONE)
                        .needs("to")
                : fields("allow", TEXTS_OR_ONE, "deny", TEXTS_OR_ONE, "ports", ports);
    }

    private static Fields attachment() {
        return fields(
                "aliases", UNIQUE_TEXTS,
                "driver_opts", OPTIONS,
                "gw_priority", new One(Amounts.decimal(-1_000_000, 1_000_000)),
                "interface_name", TEXT,
                "ipv4_address", new One(Forms.matching("address", "[0-9]{1,3}(\\.[0-9]{1,3}){3}", "192.0.2.7")),
                "ipv6_address", new One(Forms.matching("address", "(?=[^:]*:)[0-9a-fA-F:.]{2,45}", "2001:db8::7")),
                "link_local_ips", UNIQUE_TEXTS,
                "mac_address", MAC,
                "priority", new One(Amounts.decimal(-1_000_000, 1_000_000)));
    }

    private static Fields port() {
        return fields(
                        "app_protocol",
                        TEXT,
                        "host_ip",
                        new One(PortForm.ADDRESS),
                        "mode",
                        new One(Forms.word("mode of a port", "host", "ingress")),
                        "name",
                        TEXT,
                        "protocol",
                        new One(PortForm.PROTOCOL),
                        "published",
                        new One(PortForm.PUBLISHED),
                        "target",
                        new One(Forms.PORT),
                        ComposeKeys.ALLOW,
                        UNIQUE_TEXTS)
                .orShort(PortForm::expand)
                .with(PortForm::complete);
    }

    private static Listed preStart() {
        var step = new TreeMap<>(BuildKeys.HOOK.keys());
        step.put("image", new One(Forms.IMAGE));
        step.put("per_replica", FLAG);
        return list(new Fields(step, List.of(), Optional.empty(), ServiceKeys::runs, Joining.KEYS));
    }

    /** A step without a command runs what its image does. */
    private static Mapping runs(Mapping step, Spot spot, Base base) {
        if (step.member("command").isEmpty() && step.member("image").isEmpty()) {
            spot.refuse("has no \"command\"");
        }
        return step;
    }

    private static Fields mount() {
        var bind = fields(
                "create_host_path", FLAG,
                "propagation",
                        new One(Forms.word(
                                "propagation", "private", "rprivate", "shared", "rshared", "slave", "rslave")),
                "recursive", new One(Forms.word("recursion", "enabled", "disabled", "writable", "readonly")),
                "selinux", new One(Forms.word("label", "z", "Z")));
        return fields(
                        "bind", bind,
                        "consistency", TEXT,
                        "image", fields("subpath", TEXT),
                        "read_only", FLAG,
                        "source", TEXT,
                        "target", TEXT,
                        "tmpfs", fields("size", new One(Forms.BYTES_OR_NONE), "mode", new One(Forms.MODE)),
                        "type",
                                new One(Forms.word(
                                        "type of mount", "bind", "volume", "tmpfs", "cluster", "npipe", "image")),
                        "volume", fields("labels", LABELS, "nocopy", FLAG, "subpath", TEXT))
                .orShort(MountForm::expand)
                .needs("type")
                .with(MountForm::complete);
    }
}
