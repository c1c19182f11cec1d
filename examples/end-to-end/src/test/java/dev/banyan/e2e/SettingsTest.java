package dev.banyan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.harness.Await;
import dev.banyan.harness.Cluster;
import dev.banyan.harness.ClusterPlan;
import dev.banyan.harness.DemoImage;
import dev.banyan.harness.Leftovers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a Compose file asks of containers is what their processes see, on whichever server they run. */
@Tag("servers")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SettingsTest {
    private static final Duration SOON = Duration.ofMinutes(3);
    private static final DemoImage IMAGE = DemoImage.of("busybox");

    /** One service that asks for everything that needs no grant, and looks; and one that knows it by its other name. */
    private static final String SEEN =
            """
            services:
              probe:
                image: %1$s
                container_name: the-probe
                hostname: front
                domainname: shop.example
                working_dir: /made/here
                user: "1000:1001"
                group_add: ["40"]
                labels: {team: shop}
                annotations: {note: x}
                deploy: {labels: {tier: one}}
                extra_hosts: ["elsewhere:192.0.2.7", "server:host-gateway"]
                links: ["other:alias"]
                init: true
                tty: false
                stdin_open: true
                read_only: true
                shm_size: 16m
                ulimits: {nofile: {soft: 100, hard: 200}}
                sysctls: {net.core.somaxconn: 77}
                cap_drop: [ALL]
                security_opt: [no-new-privileges, label=disable]
                cpuset: "0"
                cpu_shares: 700
                oom_score_adj: 300
                stop_signal: SIGQUIT
                stop_grace_period: 1s
                logging: {driver: json-file, options: {max-size: 64k, max-file: "2"}}
                healthcheck: {test: [CMD, "true"], interval: 30s, start_period: 10s, start_interval: 100ms}
                command:
                  - sh
                  - -c
                  - |
                    echo "name $$(hostname) $$(cat /proc/sys/kernel/domainname) in $$(pwd) as $$(id)"
                    cat /etc/hosts
                    grep -E 'CapEff|NoNewPrivs|Groups|Cpus_allowed_list|Seccomp:' /proc/self/status
                    grep 'open files' /proc/self/limits
                    grep ' /dev/shm ' /proc/mounts
                    echo "somaxconn $$(cat /proc/sys/net/core/somaxconn) oom $$(cat /proc/self/oom_score_adj)"
                    echo "first $$(tr '\\0' ' ' </proc/1/cmdline)"
                    echo x >/made/here/file
                    echo looked
                    exec sleep 3600
              other:
                image: %1$s
                command:
                  - sh
                  - -c
                  - |
                    until wget -O /dev/null http://the-probe:1 2>&1 | grep -q 'Connection refused'; do sleep 1; done
                    echo knows
                    exec sleep 3600
            """;

    private final Cluster cluster = Cluster.start(ClusterPlan.agents(2)
            .agentOption(2, "privileges", "cap:NET_ADMIN,device:/dev/f*,host:uts,seccomp:unconfined"));

    @BeforeAll
    void pushImage() {
        cluster.push(IMAGE);
    }

    @AfterAll
    void remove() {
        cluster.close();
        assertThat(Leftovers.of(cluster)).isEmpty();
    }

    @Test
    void processesSeeWhatTheirServiceAsksFor() {
        up("seen", SEEN);

        var seen = awaitLogs("seen", "probe", "looked", "Read-only file system");
        assertThat(seen)
                .contains("name front shop.example in /made/here as uid=1000 gid=1001 groups=40")
                .containsPattern("10\\.[0-9.]+\tfront\\.shop\\.example front")
                .contains("192.0.2.7\telsewhere")
                .containsPattern("10\\.[0-9.]+\\.1\tserver")
                .containsPattern("10\\.[0-9.]+\talias")
                .contains("CapEff:\t0000000000000000")
                .contains("NoNewPrivs:\t1")
                .contains("Seccomp:\t2")
                .contains("Cpus_allowed_list:\t0")
                .containsPattern("Max open files +100 +200")
                .containsPattern("/dev/shm tmpfs .*size=16384k")
                .contains("somaxconn 77 oom 300")
                .containsPattern("first /dev/banyan-init -- sh -c");
        awaitLogs("seen", "other", "knows");
    }

    @Test
    void whatOneAgentGrantsRunsThereAlone() {
        up(
                "granted",
                """
                services:
                  tool:
                    image: %s
                    deploy: {replicas: 2}
                    cap_add: [NET_ADMIN]
                    devices: ["/dev/fuse:/dev/other:rw"]
                    uts: host
                    security_opt: [seccomp=unconfined, no-new-privileges=false]
                    command:
                      - sh
                      - -c
                      - |
                        grep -E 'CapEff|NoNewPrivs|Seccomp:' /proc/self/status
                        ls -l /dev/other && : </dev/other && echo opens
                        exec sleep 3600
                """);

        var ps = cluster.cli("ps", "granted").orFail().out();
        assertThat(ps).contains(cluster.agentName(2)).doesNotContain(cluster.agentName(1));
        assertThat(awaitLogs("granted", "tool", "opens"))
                .contains("CapEff:\t00000000a80435fb")
                .contains("NoNewPrivs:\t0")
                .contains("Seccomp:\t0");
    }

    @Test
    void filtersOfServicesGroupsByNameAndSwapReachTheirContainers() throws Exception {
        var profile =
                """
                {"defaultAction": "SCMP_ACT_ALLOW", "archMap": [{"architecture": "SCMP_ARCH_X86_64"}],
                 "syscalls": [{"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO", "errnoRet": 38}]}
                """;
        var file = WebApp.file(
                cluster,
                "strict.yaml",
                """
                name: strict
                services:
                  probe:
                    image: %s
                    group_add: [nogroup]
                    user: "1000:1001"
                    mem_limit: 64m
                    memswap_limit: 96m
                    security_opt: ["seccomp:./strict.json"]
                    command:
                      - sh
                      - -c
                      - |
                        id
                        cat /sys/fs/cgroup/memory/memory.memsw.limit_in_bytes || cat /sys/fs/cgroup/memory.swap.max
                        mkdir /tmp/made
                        echo looked
                        exec sleep 3600
                """
                        .formatted(IMAGE.reference()));
        Files.writeString(file.resolveSibling("strict.json"), profile);
        cluster.cli("up", "-f", file.toString()).orFail();

        assertThat(awaitLogs("strict", "probe", "looked", "Function not implemented"))
                .contains("65534(nogroup)")
                .containsPattern("(100663296|33554432)");
        var ps = cluster.cli("ps", "strict").orFail().out();
        assertThat(ps).contains(cluster.agentName(2)).doesNotContain(cluster.agentName(1));
        var printed = cluster.cli("config", "-f", file.toString()).orFail().out();
        assertThat(printed).contains("seccomp={").contains("SCMP_ACT_ERRNO");
    }

    @Test
    void whatAContainerDoesToDisksIsBoundedAndADiskThatIsMissingIsSaidByName() throws Exception {
        var app =
                """
                name: bounded
                services:
                  probe:
                    image: %s
                    blkio_config: {device_read_bps: [{path: %s, rate: 3m}]}
                    command:
                      - sh
                      - -c
                      - |
                        cat /sys/fs/cgroup/blkio/blkio.throttle.read_bps_device || cat /sys/fs/cgroup/io.max
                        echo looked
                        exec sleep 3600
                """;
        var file = WebApp.file(cluster, "bounded.yaml", app.formatted(IMAGE.reference(), disk()));
        cluster.cli("up", "-f", file.toString()).orFail();

        assertThat(awaitLogs("bounded", "probe", "looked")).containsPattern("[0-9]+:[0-9]+ (rbps=)?3145728");

        Files.writeString(file, app.formatted(IMAGE.reference(), "/dev/no-such"));
        assertThat(cluster.cli("up", "-f", file.toString()).err()).contains("this server has no disk /dev/no-such");
    }

    /** Any that this server has. */
    private static String disk() throws IOException {
        try (var listed = Files.list(Path.of("/sys/block"))) {
            return listed.map(disk -> "/dev/" + disk.getFileName())
                    .sorted()
                    .filter(disk -> Files.exists(Path.of(disk)))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void whatNoAgentGrantsIsSaidByName() {
        var file = WebApp.file(
                cluster,
                "greedy.yaml",
                "name: greedy\nservices:\n  web: {image: %s, privileged: true}\n".formatted(IMAGE.reference()));
        cluster.cli("up", "-f", file.toString(), "--detach").orFail();

        var reason = cluster.agentName(1) + " does not grant privileged; add it to privileges in its agent.yaml";
        Await.until(
                () -> cluster.cli("status", "greedy")
                        .out()
                        .replaceAll("\\s+", " ")
                        .contains(reason),
                SOON,
                () -> "status tells why nothing runs\n" + cluster.cli("status", "greedy"));
        cluster.cli("down", "greedy").orFail();
    }

    @Test
    void outputThatNobodyWantsIsNotKept() {
        up(
                "silent",
                "services:\n  web:\n    image: %s\n    logging: {driver: none}\n"
                        + "    command: [sh, -c, \"echo heard; exec sleep 3600\"]\n");

        assertThat(cluster.cli("logs", "silent").orFail().out()).doesNotContain("heard");
    }

    private void up(String name, String text) {
        var file = WebApp.file(cluster, name + ".yaml", "name: " + name + "\n" + text.formatted(IMAGE.reference()));
        cluster.cli("up", "-f", file.toString()).orFail();
    }

    /** Output and error output are each in order, but one may come long after the other: each has a part to wait for. */
    private String awaitLogs(String app, String service, String... parts) {
        return Await.value(
                () -> Optional.of(cluster.cli("logs", app, service).out())
                        .filter(said -> List.of(parts).stream().allMatch(said::contains)),
                SOON,
                () -> "the output has " + List.of(parts) + "\n" + cluster.cli("logs", app, service)
                        + cluster.cli("ps", app));
    }
}
