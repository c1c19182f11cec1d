package dev.banyan.api.compose.project;

import dev.banyan.api.compose.node.Complaints;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/** Prints how long it takes, warm, to load a project of 50 services with an override. Run by hand: see the decision record. */
public final class LoadingSpeed {
    private static final int WARM = 300;
    private static final int RUNS = 300;

    private LoadingSpeed() {}

    public static void main(String[] args) {
        var directory = Path.of("/srv/app");
        var files = Map.of(
                directory.resolve("compose.yaml"),
                base(),
                directory.resolve("compose.override.yaml"),
                override(),
                directory.resolve(".env"),
                "TAG=1.2\nLEVEL=info\n",
                directory.resolve("web.env"),
                "A=1\nB=$LEVEL\n");
        for (int i = 0; i < WARM; i++) {
            load(directory, files);
        }
        var nanos = new long[RUNS];
        for (int i = 0; i < RUNS; i++) {
            long start = System.nanoTime();
            load(directory, files);
            nanos[i] = System.nanoTime() - start;
        }
        Arrays.sort(nanos);
        System.out.printf(
                "50 services, %d characters: median %.1f ms, 99th of 100 %.1f ms%n",
                base().length() + override().length(), nanos[RUNS / 2] / 1e6, nanos[RUNS * 99 / 100] / 1e6);
    }

    private static void load(Path directory, Map<Path, String> files) {
        var complaints = new Complaints();
        var loader = new ProjectLoader(
                Request.in(directory, Map.of()), path -> Optional.ofNullable(files.get(path)), complaints);
        if (loader.load().isEmpty() || !complaints.none()) {
            throw new IllegalStateException(complaints.refusals().toString());
        }
    }

    private static String base() {
        var text = new StringBuilder(
                "x-common: &common\n  restart: always\n  logging: {driver: local, options: {max-size: 10m}}\n");
        text.append("services:\n");
        for (int i = 0; i < 50; i++) {
            text.append(
                    """
                      s%d:
                        <<: *common
                        image: registry.example.org/shop/s%d:${TAG:-latest}
                        command: serve --port 80 --level ${LEVEL}
                        env_file: web.env
                        environment: {LEVEL: "${LEVEL:-debug}", NAME: s%d, URL: http://db:5432}
                        ports: ["%d:80", "%d:443/tcp"]
                        volumes: ["data:/var/lib/data", "./conf/s%d:/etc/s:ro"]
                        networks: {front: {aliases: [a%d]}}
                        labels: [org.example.one=1, org.example.two=2]
                        healthcheck: {test: [CMD, wget, -q, "http://localhost"], interval: 10s, timeout: 2s, retries: 5}
                        deploy: {replicas: 2, resources: {limits: {cpus: 0.5, memory: 128m}}}
                    """
                            .formatted(i, i, i, 8000 + i, 9000 + i, i, i));
            text.append(i == 0 ? "" : "    depends_on: {s%d: {condition: service_healthy}}\n".formatted(i - 1));
        }
        return text.append("volumes: {data: {}}\nnetworks: {front: {}}\n").toString();
    }

    private static String override() {
        var text = new StringBuilder("services:\n");
        for (int i = 0; i < 50; i++) {
            text.append("  s%d: {environment: {LEVEL: trace}, ports: [\"%d:81\"]}\n".formatted(i, 10_000 + i));
        }
        return text.toString();
    }
}
