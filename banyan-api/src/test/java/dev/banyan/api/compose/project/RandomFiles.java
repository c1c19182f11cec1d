package dev.banyan.api.compose.project;

import dev.banyan.runtime.env.SeededRandom;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes projects of several files at random, with what Compose files could say in 2021. Left out is where the specification has changed
 * since: what a file means that is named twice in env_file, what is the same secret or config, and whether extends comes before merging.
 */
final class RandomFiles {
    /** In any order, and any of them more than once over several files, so that each is merged with each. */
    private static final List<List<String>> CHOICES = List.of(
            List.of("image: shop/web:${TAG}", "image: shop/web:${NONE:-2}", "image: ${IMAGE-shop/other}"),
            List.of("command: [run, \"a b\", \"$$HOME\"]", "command: [\"${WORDS}\"]", "command: [stop]"),
            List.of("entrypoint: [\"/bin/${TAG}\"]", "entrypoint: [a, b]"),
            List.of(
                    "environment: {A: 1, B: \"x: y # z\", C: }",
                    "environment: [A=2, \"B= 'q' \", C=$$5, TAG, NONE]",
                    "environment: {D: \"${NONE:-d}\", E: \"${EMPTY-x}${EMPTY:-y}\"}",
                    "environment: {F: \"$TAG-$EMPTY-\", G: \"${TAG:?no}\"}"),
            List.of("env_file: a.env", "env_file: [a.env, b.env]", "env_file: [b.env]"),
            List.of(
                    "ports: [\"8000-8002:80-82\", \"53:53/udp\"]",
                    "ports: [\"${PORT}:80\", \"443\"]",
                    "ports: [{target: 1, published: 7, protocol: tcp, mode: ingress}]",
                    "ports: [8081:80]"),
            List.of(
                    "volumes: [\"data:/d:ro\", \"./a:/a\", /anon]",
                    "volumes: [\"./b:/a\", \"data:/e\"]",
                    "volumes: [{type: volume, source: data, target: /d, volume: {nocopy: true}}]",
                    "volumes: [{type: tmpfs, target: /t, tmpfs: {size: 1048576}}]"),
            List.of(
                    "healthcheck: {test: [CMD, check, \"${TAG}\"], interval: 90s}",
                    "healthcheck: {timeout: 1m30s, retries: 5}",
                    "healthcheck: {test: [CMD, ok], start_period: 5s}"),
            List.of(
                    "build: .",
                    "build: {context: ./x, args: [A, B=1], target: t}",
                    "build: {context: ., args: {B: 2, C: \"${TAG}\"}}"),
            List.of(
                    "deploy: {replicas: 3, labels: {a: b}}",
                    "deploy: {resources: {limits: {cpus: '0.5', memory: 50M}}}",
                    "deploy: {resources: {reservations: {cpus: '0.25'}}, placement: {constraints: [node.labels.a == b]}}",
                    "deploy: {placement: {constraints: [node.hostname == c]}, restart_policy: {condition: any}}"),
            List.of("restart: on-failure:3", "restart: always", "restart: unless-stopped"),
            List.of("labels: {a.b/c: \"d: {e}\"}", "labels: [a=1, b]", "labels: {a: \"${TAG}\"}"),
            List.of("extra_hosts: [\"b:192.0.2.2\"]", "extra_hosts: {a: 192.0.2.1}"),
            List.of("ulimits: {nofile: 100}", "ulimits: {nofile: {soft: 1, hard: 2}, nproc: 5}"),
            List.of(
                    "logging: {driver: json-file, options: {max-size: 10m}}",
                    "logging: {driver: json-file, options: {max-file: '3'}}",
                    "logging: {driver: syslog}"),
            List.of("tmpfs: /run", "tmpfs: [/run, /tmp]"),
            List.of("dns: 192.0.2.1", "dns: [192.0.2.1, 192.0.2.2]"),
            List.of("cap_add: [NET_ADMIN]", "cap_add: [SYS_TIME, NET_ADMIN]", "cap_drop: [ALL]"),
            List.of("devices: [\"/dev/fuse:/dev/fuse\"]", "devices: [\"/dev/null:/dev/fuse:rw\"]"),
            List.of("sysctls: {net.core.somaxconn: 1024}", "sysctls: [net.ipv4.tcp_syncookies=0]"),
            List.of(
                    "networks: [front]",
                    "networks: {front: {aliases: [a, b]}}",
                    "networks: {back: , front: {aliases: [c]}}"),
            List.of("secrets: [key]", "secrets: [{source: key, mode: 0400}]"),
            List.of("configs: [conf]", "configs: [{source: conf, mode: 0444}]"),
            List.of("stop_grace_period: 1m30s", "stop_signal: SIGUSR1", "user: \"1000\"", "working_dir: /w"),
            List.of("hostname: h", "domainname: d.example", "mem_limit: 64m", "shm_size: 64m"),
            List.of("tty: true", "init: true", "read_only: true", "privileged: false", "stdin_open: true"),
            List.of("profiles: [debug]", "x-own: {a: [1, 2]}", "pids_limit: 5", "cpu_shares: 5", "oom_score_adj: -5"));

    private static final String RESOURCES =
            """
            volumes: {data: {labels: {a: b}}}
            networks: {front: , back: {driver_opts: {x: y}}}
            secrets: {key: {file: ./key}}
            configs: {conf: {file: ./conf}}
            """;

    private final SeededRandom random;
    private final Map<String, String> files = new TreeMap<>();

    private RandomFiles(SeededRandom random) {
        this.random = random;
    }

    /** Text by name; the Compose files among them are to be merged in the order of their names. */
    static Map<String, String> write(SeededRandom random) {
        return new RandomFiles(random).all();
    }

    private Map<String, String> all() {
        files.put(".env", "TAG=1.0\nEMPTY=\nWORDS=two words\nPORT=8090\nQUOTED=\"a b\"\n");
        files.put("a.env", "X=1\nY=from a\n# remark\nA=file\n");
        files.put("b.env", "V=\"from b\"\nZ=\n");
        files.put("base.yaml", "services:\n" + service("base", true) + RESOURCES);
        files.put(
                "compose.1.yaml",
                "version: '3.9'\nservices:\n" + service("web", true) + service("db", true) + RESOURCES);
        for (int i = 2; i < 2 + random.nextInt(3); i++) {
            files.put("compose." + i + ".yaml", "version: '3.9'\nservices:\n" + service("web", false));
        }
        return files;
    }

    private String service(String name, boolean whole) {
        var text = new StringBuilder("  ").append(name).append(":\n");
        if (whole) {
            text.append("    image: shop/").append(name).append('\n');
        }
        for (var lines : CHOICES) {
            if (left(name, whole, lines.getFirst())) {
                continue;
            }
            int choice = random.nextInt(lines.size() * 2);
            if (choice < lines.size()) {
                text.append("    ").append(lines.get(choice)).append('\n');
            }
        }
        if (name.equals("web") && whole && random.nextInt(2) == 0) {
            text.append("    extends: {file: base.yaml, service: base}\n");
        }
        if (name.equals("web") && random.nextInt(3) == 0) {
            text.append(
                    random.nextInt(2) == 0
                            ? "    depends_on: [db]\n"
                            : "    depends_on: {db: {condition: service_healthy}}\n");
        }
        return text.append("    x-last: 1\n").toString();
    }

    private static boolean left(String name, boolean whole, String line) {
        return whole && line.startsWith("image") || name.equals("base") && line.startsWith("logging");
    }
}
