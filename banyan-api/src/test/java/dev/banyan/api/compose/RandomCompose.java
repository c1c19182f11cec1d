package dev.banyan.api.compose;

import dev.banyan.runtime.env.SeededRandom;
import java.util.List;

/** Writes valid Compose texts at random. */
final class RandomCompose {
    private RandomCompose() {}

    static String write(SeededRandom random) {
        var text = new StringBuilder("name: app").append(random.nextInt(9)).append("\nservices:\n");
        int services = 1 + random.nextInt(5);
        for (int i = 0; i < services; i++) {
            text.append("  s")
                    .append(i)
                    .append(":\n    image: shop/s")
                    .append(i)
                    .append(":1\n");
            service(text, i, random);
        }
        return text.toString();
    }

    private static void service(StringBuilder text, int index, SeededRandom random) {
        maybe(text, random, "command: [run, \"a b\", \"$$HOME\"]", "command: run 'a b' \"c\"", "command: []");
        maybe(text, random, "entrypoint: /bin/sh -c 'x y'", "entrypoint: []");
        maybe(text, random, "environment: {A: 1, B: \"x: y # z\"}", "environment: [A=1, \"B= 'q' \", C=$$5]");
        maybe(text, random, "restart: always", "restart: on-failure:" + random.nextInt(9), "restart: \"no\"");
        maybe(text, random, "healthcheck: {test: 'a | b', interval: 10s}", "healthcheck: {test: [CMD, a], retries: 9}");
        maybe(
                text,
                random,
                "deploy: {replicas: " + random.nextInt(9) + ", placement: {node: 'w*'}}",
                "deploy: {resources: {limits: {cpus: 1.5, memory: 1g}, reservations: {memory: 512m, pids: 5}}}",
                "deploy: {mode: global, labels: {team: \"a: b\"}, placement: {platform: linux/arm64}}",
                "deploy: {placement: {constraints: [node.labels.zone == eu, node.platform.arch != x86_64],"
                        + " preferences: [{spread: node.labels.zone}], max_replicas_per_node: 2}}");
        int port = 1000 + index * 10;
        maybe(
                text,
                random,
                "ports: [\"" + port + "-" + (port + 2) + ":80-82\", \"53/udp\"]",
                "ports: [{target: 1, published: " + port + ", protocol: udp}]");
        if (index > 0) {
            maybe(
                    text,
                    random,
                    "depends_on: [s0]",
                    "depends_on: {s0: {condition: service_healthy}}",
                    "depends_on: {s0: {condition: service_started, restart: true, required: false}}");
        }
    }

    private static void maybe(StringBuilder text, SeededRandom random, String... lines) {
        int choice = random.nextInt(lines.length + 1);
        List.of(lines).stream().skip(choice).limit(1).forEach(line -> text.append("    ")
                .append(line)
                .append('\n'));
    }
}
