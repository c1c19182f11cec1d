package dev.banyan.api.compose;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.TextFormat;
import dev.banyan.api.v1.ContainerSettings;
import dev.banyan.api.v1.Dependency;
import dev.banyan.api.v1.Manifest;
import dev.banyan.api.v1.ServiceManifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the keys of a service become of which its containers are made. */
class ContainerSettingsTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "working_dir: /srv; working_dir: `/srv`",
                "user: 1000:1000; user: `1000:1000`",
                "user: \"app:staff\"; user: `app:staff`",
                "group_add: [44, \"7\", 44, 4294967294]; groups: 7 groups: 44 groups: 4294967294",
                "group_add: [video, 44, audio, video]; groups: 44 group_names: `audio` group_names: `video`",
                "labels: {b: 1, a: x}; labels { key: `a` value: `x` } labels { key: `b` value: `1` }",
                "labels: [a=x, b]; labels { key: `a` value: `x` } labels { key: `b` value: `` }",
                "annotations: {a: x}; annotations { key: `a` value: `x` }",
                "hostname: db-1; hostname: `db-1`",
                "domainname: shop.example; domainname: `shop.example`",
                "container_name: shop_web.1; container_name: `shop_web.1`",
                "extra_hosts: {db: 192.0.2.7}; extra_hosts { name: `db` address: `192.0.2.7` }",
                "extra_hosts: [\"me:host-gateway\"]; extra_hosts { name: `me` address: `host-gateway` }",
                "dns: 192.0.2.53; name_lookup { servers: `192.0.2.53` }",
                "dns: [192.0.2.53, \"2001:db8::53\"]; name_lookup { servers: `192.0.2.53` servers: `2001:db8::53` }",
                "dns_search: shop.example; name_lookup { searches: `shop.example` }",
                "dns_search: [.]; name_lookup { searches: `.` }",
                "dns_opt: [\"ndots:2\", rotate]; name_lookup { options: `ndots:2` options: `rotate` }",
                "blkio_config: {weight: 300}; block_io { weight: 300 }",
                "blkio_config: {device_write_iops: [{path: /dev/b, rate: 7}], weight_device: [{path: /dev/a, weight: 10}]};"
                        + " block_io { limits { bound: WEIGHT disk: `/dev/a` value: 10 }"
                        + " limits { bound: WRITES_PER_SECOND disk: `/dev/b` value: 7 } }",
                "blkio_config: {device_read_bps: [{path: /dev/b, rate: 1m}, {path: /dev/a, rate: 5}]};"
                        + " block_io { limits { bound: READ_BYTES_PER_SECOND disk: `/dev/a` value: 5 }"
                        + " limits { bound: READ_BYTES_PER_SECOND disk: `/dev/b` value: 1048576 } }",
                "stop_signal: SIGQUIT; stop_signal: 3",
                "stop_signal: 9; stop_signal: 9",
                "stop_grace_period: 1m30s; stop_grace_ms: 90000",
                "stop_grace_period: 0s; stop_grace_ms: 0",
                "stop_grace_period: 1us; stop_grace_ms: 1",
                "init: true; init: true",
                "tty: yes; tty: true",
                "stdin_open: true; stdin_open: true",
                "read_only: true; read_only: true",
                "healthcheck: {disable: true}; healthcheck_disabled: true",
                "healthcheck: {test: [NONE]}; healthcheck_disabled: true",
                "shm_size: 200m; shm_bytes: 209715200",
                "ulimits: {nofile: {soft: 1, hard: -1}, core: 0};"
                        + "ulimits { name: `core` soft: 0 hard: 0 } ulimits { name: `nofile` soft: 1 hard: -1 }",
                "sysctls: {net.core.somaxconn: 7}; sysctls { key: `net.core.somaxconn` value: `7` }",
                "sysctls: [kernel.sem=1 2 3 4]; sysctls { key: `kernel.sem` value: `1 2 3 4` }",
                "cpuset: 0-1; cpuset: `0-1`",
                "cpu_shares: 512; cpu_shares: 512",
                "oom_score_adj: -500; oom_score_adj: -500",
                "logging: {driver: none}; logging { none: true }",
                "logging: {driver: local, options: {max-size: 5m, max-file: \"7\"}};"
                        + "logging { file_bytes: 5242880 files: 7 }",
                "logging: {options: {max-size: 200K}}; logging { file_bytes: 204800 }",
                "logging: {options: {max-size: 20000}}; logging { file_bytes: 20000 }",
            })
    void becomeSettings(String line, String settings) throws Exception {
        assertThat(ComposeFiles.web(line).getSettings()).isEqualTo(parsed(settings));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "cap_add: [NET_ADMIN, CAP_CHOWN, NET_ADMIN]; add: `CHOWN` add: `NET_ADMIN`",
                "cap_drop: [ALL]; drop: `ALL`",
                "privileged: true; privileged: true",
                "security_opt: [no-new-privileges]; no_new_privileges: true",
                "security_opt: [\"no-new-privileges:true\"]; no_new_privileges: true",
                "security_opt: [no-new-privileges=false]; no_new_privileges: false",
                "security_opt: [\"seccomp:unconfined\", label=disable]; seccomp_unconfined: true",
                "security_opt: [apparmor=unconfined]; apparmor_unconfined: true",
                "security_opt: [\"apparmor:mine\"]; apparmor_profile: \"mine\"",
                "devices: [/dev/fuse]; devices { source: `/dev/fuse` target: `/dev/fuse` permissions: `rwm` }",
                "devices: [\"/dev/a:/dev/b:r\"]; devices { source: `/dev/a` target: `/dev/b` permissions: `r` }",
                "devices: [{source: /dev/a}]; devices { source: `/dev/a` target: `/dev/a` permissions: `rwm` }",
                "device_cgroup_rules: [\"c 1:3 mr\"]; device_rules: `c 1:3 mr`",
                "ipc: host; host_namespaces: IPC",
                "pid: host; host_namespaces: PID",
                "uts: host; host_namespaces: UTS",
                "cgroup: host; host_namespaces: CGROUP",
                "cgroup: private; own_cgroup_view: true",
            })
    void becomePowers(String line, String powers) throws Exception {
        assertThat(ComposeFiles.web(line).getSettings()).isEqualTo(parsed("powers {" + powers + "}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "image: nginx2",
                "init: false",
                "tty: false",
                "stdin_open: off",
                "read_only: no",
                "privileged: false",
                "ipc: private",
                "ipc: shareable",
                "uts: \"\"",
                "userns_mode: host",
                "oom_score_adj: 0",
                "cap_add: []",
                "dns: []",
                "dns_opt: []",
                "labels: {}",
                "logging: {driver: json-file}",
                "security_opt: [\"label:disable\"]",
                "healthcheck: {test: a}",
            })
    void areAbsentWhenNothingIsAskedFor(String line) {
        var text = ComposeFiles.webText(line).replace("    image: nginx\n    image", "    image");

        assertThat(ComposeFiles.loaded(text).getServices(0).hasSettings()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "working_dir: here; 4:5 services.web.working_dir: is no absolute path",
                "dns: [192.0.2.1, ns.example]; 4:22 services.web.dns[1]: 'ns.example' is no address of a name server",
                "dns_search: a..b; 4:17 services.web.dns_search[0]: 'a..b' is no domain",
                "dns_opt: [NDOTS]; 4:15 services.web.dns_opt[0]: 'NDOTS' is no option of a resolver, such as ndots:2",
                "user: a b; 4:5 services.web.user: is no user: a name or number, and a group after a colon",
                "group_add: [1, a b]; 4:20 services.web.group_add[1]: \"a b\" is no name or number of a group"
                        + " (write such as \"video\", as the image knows it)",
                "group_add: [4294967295]; 4:17 services.web.group_add[0]: \"4294967295\" is no name or number of a group"
                        + " (write such as \"video\", as the image knows it)",
                "memswap_limit: 1g; 4:20 services.web.memswap_limit: limits memory and swap together, and"
                        + " \"mem_limit\" is not set",
                "blkio_config: {device_read_bps: [{path: /srv, rate: 1m}]}; 4:20 services.web.blkio_config.device_read_bps:"
                        + " '/srv' is no disk of a server: its path begins with /dev/",
                "blkio_config: {device_write_iops: [{path: /dev/a, rate: 0}]}; 4:61"
                        + " services.web.blkio_config.device_write_iops[0].rate: must be from 1 byte to 1024t",
                "security_opt: [\"seccomp:\"]; 4:20 services.web.security_opt[0]: names no profile of system calls"
                        + " (write the path of its file, or \"seccomp=unconfined\")",
                "stop_signal: SIGNOPE; 4:5 services.web.stop_signal: \"SIGNOPE\" is no signal (write such as \"SIGTERM\")",
                "labels: {dev.banyan/task: x}; 4:14 services.web.labels.dev.banyan/task: is reserved: labels that begin"
                        + " with dev.banyan/ or io.cri-containerd. or io.kubernetes. are set by the cluster",
                "sysctls: {vm.swappiness: 1}; 4:15 services.web.sysctls.vm.swappiness: is a setting of the whole server:"
                        + " set it there, with sysctl",
                "sysctls: {kernel.domainname: a}; 4:15 services.web.sysctls.kernel.domainname: has a key of its own:"
                        + " write \"domainname\"",
                "ulimits: {nofiles: 1}; 4:15 services.web.ulimits.nofiles: is no limit: known are [as, core, cpu, data,"
                        + " fsize, locks, memlock, msgqueue, nice, nofile, nproc, rss, rtprio, rttime, sigpending, stack]",
                "cap_add: [CHOWN, NET_ADMN]; 4:22 services.web.cap_add[1]: \"NET_ADMN\" is no capability of Linux"
                        + " (write such as \"NET_ADMIN\")",
                "security_opt: [seccomp=/x.json]; 4:20 services.web.security_opt[0]: the file \"/x.json\" cannot be read"
                        + " (write the path of a profile in Docker's form, or \"seccomp=unconfined\")",
                "security_opt: [\"apparmor:\"]; 4:20 services.web.security_opt[0]: names no profile of AppArmor"
                        + " (write such as \"apparmor=my-profile\")",
                "security_opt: [\"apparmor=/etc/x\"]; 4:5 services.web.security_opt: '/etc/x' is no name of a profile of"
                        + " AppArmor",
                "security_opt: [apparmor=x, apparmor=unconfined]; 4:5 services.web.security_opt: has a profile of AppArmor"
                        + " and none at once",
                "security_opt: [\"label:user:x\"]; 4:20 services.web.security_opt[0]: agents set no labels of SELinux"
                        + " (remove it, or write \"label=disable\")",
                "security_opt: [systempaths=unconfined]; 4:20 services.web.security_opt[0]: \"systempaths\" is no option of"
                        + " security that is supported",
                "devices: [gpu=0]; 4:15 services.web.devices[0]: \"gpu=0\" is no device by name (write such as"
                        + " \"nvidia.com/gpu=0\" or \"/dev/fuse\")",
                "devices: [\"/etc/passwd:/dev/x\"]; 4:15 services.web.devices[0]: is no device of a server: its path begins with /dev/",
                "ipc: service:db; 4:10 services.web.ipc: \"service:db\" is not supported (write \"host\", or remove it for"
                        + " one of its own)",
                "pid: container:x; 4:10 services.web.pid: \"container:x\" is not supported (write \"host\", or remove it"
                        + " for one of its own)",
                "userns_mode: auto; 4:18 services.web.userns_mode: \"auto\" is not supported: users are not mapped"
                        + " (write \"host\")",
                "logging: {driver: syslog, options: {a: b}}; 4:23 services.web.logging.driver: \"syslog\" is not supported:"
                        + " output is kept on the agent, for banyan-cli logs (write \"json-file\", \"local\" or \"none\")",
                "logging: {options: {tag: x}}; 4:25 services.web.logging.options.tag: \"tag\" is no option that is supported"
                        + " (known are \"max-size\" and \"max-file\")",
                "logging: {driver: none, options: {max-size: 1m}}; 4:39 services.web.logging.options.max-size: \"max-size\""
                        + " is no option that is supported (with driver none there are none)",
                "logging: {options: {max-size: \"-1\"}}; 4:25 services.web.logging.options.max-size: \"-1\" is no size of a"
                        + " file (write such as \"10m\")",
                "logging: {options: {max-size: 10b}}; 4:25 services.web.logging.options.max-size: must be at least 1k",
                "logging: {options: {max-file: 0}}; 4:25 services.web.logging.options.max-file: \"0\" is no number of files"
                        + " (write such as \"3\")",
                "healthcheck: {test: a, start_interval: 1ms}; 4:44 services.web.healthcheck.start_interval: must be at"
                        + " least 100ms",
            })
    void areRefusedWhereTheyAreWrong(String line, String reason) {
        assertThat(ComposeFiles.reasons(
                        ComposeFiles.webText(line) + "  db: {image: x}\n".repeat(line.contains("service:db") ? 1 : 0)))
                .containsExactly(reason);
    }

    @Test
    void aCheckMayHaveAnotherPaceWhileItsContainerStarts() {
        var check = ComposeFiles.web("healthcheck: {test: a, start_period: 1m, start_interval: 250ms}")
                .getHealthcheck();

        assertThat(check.getStartIntervalMs()).isEqualTo(250);
        assertThat(ComposeFiles.web("healthcheck: {test: a}").getHealthcheck().getStartIntervalMs())
                .isZero();
    }

    @Test
    void linksAreNamesAndAnOrder() {
        var web = service(
                ComposeFiles.loaded("services:\n  db: {image: x}\n  cache: {image: x}\n  web:\n    image: x\n"
                        + "    depends_on: {cache: {condition: service_healthy}}\n"
                        + "    links: [\"db:database\", db, \"cache:fast\"]\n"),
                "web");

        assertThat(web.getSettings().getLinksList())
                .extracting(link -> link.getService() + "=" + link.getAlias())
                .containsExactly("db=database", "db=db", "cache=fast");
        assertThat(web.getDependsOnList())
                .extracting(Dependency::getService, Dependency::getCondition)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("cache", Dependency.Condition.HEALTHY),
                        org.assertj.core.groups.Tuple.tuple("db", Dependency.Condition.STARTED));
    }

    @Test
    void aNameOfAContainerBelongsToOneService() {
        assertThat(ComposeFiles.reasons("services:\n  a: {image: x, container_name: both}\n"
                        + "  b: {image: x, container_name: both}\n  c: {image: x, container_name: aa}\n"
                        + "  aa: {image: x, container_name: aa}\n"))
                .containsExactly(
                        "3:33 services.b.container_name: \"both\" is a name of service \"a\"",
                        "4:33 services.c.container_name: \"aa\" is a name of service \"aa\"");
    }

    private static ServiceManifest service(Manifest manifest, String name) {
        return manifest.getServicesList().stream()
                .filter(service -> service.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static ContainerSettings parsed(String text) throws TextFormat.ParseException {
        var settings = ContainerSettings.newBuilder();
        TextFormat.merge(text.replace('`', '"'), settings);
        return settings.build();
    }
}
