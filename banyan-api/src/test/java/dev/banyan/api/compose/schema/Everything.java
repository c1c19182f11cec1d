package dev.banyan.api.compose.schema;

/** A file with all keys of a Compose file. */
public final class Everything {
    /** The text of one that has something under every key of the specification, with what it refers to. */
    public static final String TEXT =
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
                x-banyan-affinity: 3h
                x-banyan-ignore: labels
                x-banyan-policy: [{allow: [a.b], ports: [80, 53/udp]}, {deny: "*"}]
            x-banyan-ignore: [networks]
            x-banyan-peers: [a]
            x-banyan-policy: [{to: web, allow: a.b, ports: [80]}, {to: [web], deny: ["*"]}]
            networks: {front: {driver: d, driver_opts: {a: 1}, attachable: true, enable_ipv4: true, enable_ipv6: false, internal: true, labels: {a: b}, name: n, ipam: {driver: d, options: {a: b}, config: [{subnet: 192.0.2.0/24, ip_range: 192.0.2.0/25, gateway: 192.0.2.1, aux_addresses: {a: 192.0.2.9}}]}}}
            volumes: {data: {driver: d, driver_opts: {a: 1}, labels: [a=b], name: n}, other: {external: true}}
            secrets: {key: {file: ./key, labels: {a: b}, name: n, template_driver: t}}
            configs: {conf: {content: c, labels: {a: b}, name: n, template_driver: t}}
            models: {llm: {model: m, name: n, context_size: 5, runtime_flags: [a]}}
            """;

    private Everything() {}
}
