package dev.banyan.api.compose.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.compose.project.Projects;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComposeKeysTest {
    /** The keys of a service that the Compose Specification has. */
    private static final String SERVICE = "annotations attach blkio_config build cap_add cap_drop cgroup cgroup_parent"
            + " command configs container_name cpu_count cpu_percent cpu_period cpu_quota cpu_rt_period cpu_rt_runtime"
            + " cpu_shares cpus cpuset credential_spec depends_on deploy develop device_cgroup_rules devices dns dns_opt"
            + " dns_search domainname driver_opts entrypoint env_file environment expose extends external_links"
            + " extra_hosts gpus group_add healthcheck hostname image init ipc isolation label_file labels links logging"
            + " mac_address mem_limit mem_reservation mem_swappiness memswap_limit models network_mode networks"
            + " oom_kill_disable oom_score_adj pid pids_limit platform ports post_start pre_start pre_stop privileged"
            + " profiles provider pull_policy pull_refresh_after read_only restart runtime scale secrets security_opt"
            + " shm_size stdin_open stop_grace_period stop_signal storage_opt sysctls tmpfs tty ulimits use_api_socket"
            + " user userns_mode uts volumes volumes_from working_dir";

    @Test
    void hasEveryKeyOfTheSpecification() {
        assertThat(ComposeKeys.SERVICE.keys().keySet()).containsExactly(SERVICE.split(" "));
        assertThat(ComposeKeys.DOCUMENT.keys().keySet())
                .containsExactly(
                        "configs",
                        "include",
                        "models",
                        "name",
                        "networks",
                        "secrets",
                        "services",
                        "version",
                        "volumes");
    }

    @ParameterizedTest
    @CsvSource({
        "services.*.build,additional_contexts args cache_from cache_to context dockerfile dockerfile_inline entitlements"
                + " extra_hosts isolation labels network no_cache no_cache_filter platforms privileged provenance pull sbom secrets shm_size"
                + " ssh tags target ulimits",
        "services.*.deploy,endpoint_mode labels mode placement replicas resources restart_policy rollback_config"
                + " update_config",
        "services.*.deploy.update_config,delay failure_action max_failure_ratio monitor order parallelism",
        "services.*.deploy.rollback_config,delay failure_action max_failure_ratio monitor order parallelism",
        "services.*.deploy.restart_policy,condition delay max_attempts window",
        "services.*.deploy.resources.reservations,cpus devices generic_resources memory pids",
        "services.*.healthcheck,disable interval retries start_interval start_period test timeout",
        "services.*.ports.*,app_protocol host_ip mode name protocol published target",
        "services.*.volumes.*,bind consistency image read_only source target tmpfs type volume",
        "services.*.volumes.*.bind,create_host_path propagation recursive selinux",
        "services.*.networks.*,aliases driver_opts gw_priority interface_name ipv4_address ipv6_address link_local_ips"
                + " mac_address priority",
        "services.*.develop.watch.*,action exec ignore include initial_sync path target",
        "services.*.pre_start.*,command environment image per_replica privileged user working_dir",
        "networks.*,attachable driver driver_opts enable_ipv4 enable_ipv6 external internal ipam labels name",
        "networks.*.ipam.config.*,aux_addresses gateway ip_range subnet",
        "volumes.*,driver driver_opts external labels name",
        "secrets.*,driver driver_opts environment external file labels name template_driver",
        "configs.*,content environment external file labels name template_driver",
        "include.*,env_file path project_directory"
    })
    void listsTheKeysBelowAPath(String path, String keys) {
        assertThat(ComposeKeys.DOCUMENT.paths().stream()
                        .filter(found -> found.startsWith(path + ".") && found.lastIndexOf('.') == path.length())
                        .map(found -> found.substring(path.length() + 1)))
                .containsExactly(keys.split(" "));
    }

    @Test
    void listsEachPathOnce() {
        var paths = ComposeKeys.DOCUMENT.paths();

        assertThat(new TreeSet<>(paths)).hasSameSizeAs(paths);
        assertThat(paths).hasSizeGreaterThan(250);
    }

    /** A file that has something under every key of the specification, with what it refers to. */
    static final String EVERYTHING =
            """
            name: all
            services:
              db: {image: x}
              web:
                annotations: {a: b}
                attach: false
                blkio_config: {weight: 300, weight_device: [{path: /dev/a, weight: 400}], device_read_bps: [{path: /dev/a, rate: 12mb}], device_read_iops: [{path: /dev/a, rate: 120}], device_write_bps: [{path: /dev/a, rate: 1024k}], device_write_iops: [{path: /dev/a, rate: 30}]}
                build: {context: ., dockerfile: D, args: {A: 1}, ssh: [default], labels: [a=b], cache_from: [a], cache_to: [b], no_cache: true, additional_contexts: {r: ../r}, network: host, provenance: true, sbom: false, pull: true, target: t, shm_size: 64m, extra_hosts: [a=192.0.2.1], isolation: i, privileged: false, secrets: [key], tags: [a/b:c], ulimits: {nofile: 10}, platforms: [linux/amd64], entitlements: [e]}
                cap_add: [ALL]
                cap_drop: [NET_ADMIN]
                cgroup: host
                cgroup_parent: m
                command: [a]
                configs: [conf]
                container_name: web-1
                cpu_count: 2
                cpu_percent: 50
                cpu_period: 100000
                cpu_quota: 50000
                cpu_rt_period: 1400us
                cpu_rt_runtime: 400ms
                cpu_shares: 73
                cpus: 0.5
                cpuset: 0,1
                credential_spec: {file: my.json}
                depends_on: {db: {condition: service_healthy, restart: true, required: false}}
                deploy: {mode: replicated, replicas: 1, endpoint_mode: vip, labels: {a: b}, rollback_config: {parallelism: 1}, update_config: {failure_action: rollback}, resources: {limits: {cpus: 1, memory: 1g, pids: 5}, reservations: {cpus: 0.5, memory: 1m, generic_resources: [{discrete_resource_spec: {kind: gpu, value: 2}}], devices: [{capabilities: [gpu], device_ids: [a], driver: d, options: {o: p}}]}}, restart_policy: {condition: any, delay: 5s, max_attempts: 3, window: 2m}, placement: {constraints: [a == b], preferences: [{spread: a}], max_replicas_per_node: 2}}
                develop: {watch: [{path: a, action: sync+exec, target: /a, exec: {command: x}, initial_sync: true, include: b}]}
                device_cgroup_rules: ["c 1:3 mr"]
                devices: ["/dev/a:/dev/b"]
                dns: [192.0.2.1]
                dns_opt: [use-vc]
                dns_search: a.example
                domainname: example.org
                driver_opts: {a: b}
                entrypoint: e
                env_file: {path: none.env, required: false}
                environment: {A: b}
                expose: [80]
                external_links: [r]
                extra_hosts: {a: 192.0.2.1}
                gpus: all
                group_add: [mail, 5]
                healthcheck: {test: x, interval: 1s, timeout: 1s, retries: 1, start_period: 1s, start_interval: 1s}
                hostname: h
                image: x
                init: true
                ipc: host
                isolation: default
                labels: {a: b}
                links: [db]
                logging: {driver: d, options: {a: b}}
                mac_address: 02:42:ac:11:65:43
                mem_limit: 1g
                mem_reservation: 1m
                mem_swappiness: 50
                memswap_limit: 2g
                models: {llm: {endpoint_var: E, model_var: M}}
                networks: {front: {aliases: [a], interface_name: e, ipv4_address: 192.0.2.1, ipv6_address: "2001:db8::1", link_local_ips: [192.0.2.2], mac_address: 02:42:ac:11:65:43, driver_opts: {a: 1}, priority: 5, gw_priority: 1}}
                oom_kill_disable: true
                oom_score_adj: -500
                pid: host
                pids_limit: 10
                platform: linux/amd64
                ports: [80]
                post_start: [{command: a, user: u, privileged: true, working_dir: /w, environment: [A=b]}]
                pre_start: [{command: a, per_replica: false}]
                pre_stop: [{command: a}]
                privileged: true
                profiles: [p]
                provider: {type: t, options: {a: b}}
                pull_policy: always
                pull_refresh_after: 1h
                read_only: true
                restart: always
                runtime: runc
                scale: 1
                secrets: [key]
                security_opt: [no-new-privileges]
                shm_size: 64m
                stdin_open: true
                stop_grace_period: 10s
                stop_signal: SIGINT
                storage_opt: {size: 1G}
                sysctls: {a: 1}
                tmpfs: /run
                tty: true
                ulimits: {nofile: {soft: 1, hard: 2}}
                use_api_socket: true
                user: u
                userns_mode: host
                uts: host
                volumes: [{type: volume, source: data, target: /d, volume: {nocopy: true}}]
                volumes_from: [db]
                working_dir: /w
            networks: {front: {driver: d, driver_opts: {a: 1}, attachable: true, enable_ipv4: true, enable_ipv6: false, internal: true, labels: {a: b}, name: n, ipam: {driver: d, options: {a: b}, config: [{subnet: 192.0.2.0/24, ip_range: 192.0.2.0/25, gateway: 192.0.2.1, aux_addresses: {a: 192.0.2.9}}]}}}
            volumes: {data: {driver: d, driver_opts: {a: 1}, labels: [a=b], name: n}, other: {external: true}}
            secrets: {key: {file: ./key, labels: {a: b}, name: n, template_driver: t}}
            configs: {conf: {content: c, labels: {a: b}, name: n, template_driver: t}}
            models: {llm: {model: m, name: n, context_size: 5, runtime_flags: [a]}}
            """;

    @Test
    void takesAFileWithEverything() {
        var loaded = Projects.of(EVERYTHING).variable("COMPOSE_PROFILES", "p").load();

        var web = loaded.service("web");
        var keys = List.of(SERVICE.split(" "));
        assertThat(loaded.reasons()).isEmpty();
        assertThat(keys.stream().filter(key -> web.member(key).isEmpty()))
                .containsExactlyInAnyOrder("env_file", "extends", "label_file", "network_mode");
    }

    @Test
    void readsWhatItWroteOutAsTheSame() {
        var printed =
                Projects.of(EVERYTHING).variable("COMPOSE_PROFILES", "p").load().printed();
        var again = Projects.of(printed).variable("COMPOSE_PROFILES", "p").load();

        assertThat(again.printed()).isEqualTo(printed);
    }
}
