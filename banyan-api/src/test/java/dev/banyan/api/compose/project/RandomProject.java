package dev.banyan.api.compose.project;

import dev.banyan.runtime.env.SeededRandom;
import java.util.List;

/** Writes valid Compose texts at random, with anything that the specification knows. */
final class RandomProject {
    private static final List<List<String>> CHOICES = List.of(
            List.of("command: [run, \"a b\", \"$$HOME\"]", "command: run 'a b' \"c\"", "command: []", "command:"),
            List.of("environment: {A: 1, B: \"x: y # z\", C: }", "environment: [A=1, \"B= 'q' \", C=$$5]"),
            List.of("ports: [\"8000-8002:80-82\", \"53/udp\"]", "ports: [{target: 1, published: 7, mode: host}]"),
            List.of(
                    "volumes: [\"data:/d:ro\", \"./a:/a:z\", /anon]",
                    "volumes: [{type: tmpfs, target: /t, tmpfs: {size: 1m}}]"),
            List.of(
                    "healthcheck: {test: 'a | b', interval: 90s}",
                    "healthcheck: {test: [NONE]}",
                    "healthcheck: {disable: yes}"),
            List.of("build: .", "build: {context: ../x, args: [A, B=1], target: t}"),
            List.of(
                    "deploy: {replicas: 3, placement: {node: 'w*'}}",
                    "deploy: {mode: global, update_config: {delay: 1m}}"),
            List.of("restart: on-failure:3", "restart: \"no\"", "restart: unless-stopped"),
            List.of("secrets: [key]", "secrets: [{source: key, target: k, mode: 0400}]"),
            List.of("networks: [front]", "networks: {front: {aliases: [a, b]}}", "network_mode: host"),
            List.of("labels: {a.b/c: \"d: {e}\"}", "labels: [a=1, b]"),
            List.of("extra_hosts: {a: 192.0.2.1}", "extra_hosts: [\"b:::1\"]"),
            List.of("ulimits: {nofile: 100}", "ulimits: {nofile: {soft: 1, hard: 2}}"),
            List.of("logging: {driver: json-file, options: {max-size: 10m}}", "tmpfs: [/run, /tmp]", "dns: 192.0.2.1"),
            List.of("mem_limit: 1.5g", "cpus: .5", "stop_grace_period: 1.5m", "shm_size: 64m"),
            List.of("x-own: {a: [1, 2.5, true, null, text, '1'], b: {c: \"\"}}", "tty: on", "init: false"));

    private RandomProject() {}

    static String write(SeededRandom random) {
        var text = new StringBuilder("name: app").append(random.nextInt(9)).append("\nservices:\n");
        int services = 1 + random.nextInt(4);
        for (int i = 0; i < services; i++) {
            text.append("  s")
                    .append(i)
                    .append(":\n    image: shop/s")
                    .append(i)
                    .append(":1\n");
            for (var lines : CHOICES) {
                int choice = random.nextInt(lines.size() * 2);
                if (choice < lines.size()) {
                    text.append("    ").append(lines.get(choice)).append('\n');
                }
            }
            if (i > 0 && random.nextInt(2) == 0) {
                text.append(
                        random.nextInt(2) == 0
                                ? "    depends_on: [s0]\n"
                                : "    depends_on: {s0: {condition: service_healthy}}\n");
            }
        }
        return text.append("volumes: {data: {labels: {a: b}}}\nnetworks: {front: }\nsecrets: {key: {file: ./key}}\n")
                .toString();
    }
}
