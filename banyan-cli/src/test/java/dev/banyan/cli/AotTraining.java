package dev.banyan.cli;

import dev.banyan.api.v1.AgentStatus;
import dev.banyan.api.v1.DeploymentStatus;
import dev.banyan.api.v1.ServiceProgress;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.runtime.env.SystemEnv;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Makes the AOT cache of the packaged program: the commands that people wait for most, over mutual TLS, under the JVM's recorder. Run by
 * the build after the jar is packed, since a cache holds for one JDK and one class path of jars.
 */
final class AotTraining {
    private AotTraining() {}

    private static final int TRIES = 5;

    private static final String APP =
            """
            name: trained
            services:
              web:
                image: ${IMAGE:-registry.banyan/web}
                command: ["serve", "--port", "8080"]
                environment: {MODE: production}
                ports: ["8080:8080"]
                depends_on: [cache]
                deploy: {replicas: 2}
              cache:
                image: registry.banyan/cache
                healthcheck: {test: [CMD, "true"], interval: 5s}
            """;

    /** Parted by tabs. */
    private static final String COMMANDS =
            """
            up\t-f\t%s
            ps
            ps\ttrained
            agents
            """;

    /** Takes the program's jar and the cache to be made. */
    public static void main(String[] words) throws IOException, InterruptedException {
        var jar = Path.of(words[0]);
        var cache = Path.of(words[1]);
        var directory = Files.createTempDirectory("banyan-aot");
        var cluster = new FakeCluster(new SystemEnv());
        cluster.agent("a1", AgentStatus.State.READY, "10.0.0.1");
        cluster.afterWrite(() -> comesUp(cluster));
        Files.writeString(directory.resolve("compose.yaml"), APP);
        try (var engine = StubEngine.start(directory, cluster.store(), new StubVerbs(cluster).all())) {
            trainPatiently(jar, cache, engine.configurationHome());
        } finally {
            remove(directory);
        }
    }

    /** As controllers and agents would have it. */
    private static void comesUp(FakeCluster cluster) {
        var running = TaskStatus.newBuilder().setState(TaskStatus.State.RUNNING).setReady(true);
        cluster.task("trained", "web", 0, "a1", running.build());
        cluster.report(
                "trained",
                DeploymentStatus.newBuilder().addServices(ready("web", 2)).addServices(ready("cache", 1)));
    }

    private static ServiceProgress ready(String service, int replicas) {
        return ServiceProgress.newBuilder()
                .setService(service)
                .setWanted(replicas)
                .setRunning(replicas)
                .setReady(replicas)
                .build();
    }

    /** On a busy machine the program may give the engine up before that has answered for the first time. */
    private static void trainPatiently(Path jar, Path cache, Path configurationHome)
            throws IOException, InterruptedException {
        for (int left = TRIES - 1; left > 0; left--) {
            try {
                train(jar, cache, configurationHome);
                return;
            } catch (IOException failed) {
                System.out.println(failed.getMessage());
            }
        }
        train(jar, cache, configurationHome);
    }

    private static void train(Path jar, Path cache, Path configurationHome) throws IOException, InterruptedException {
        Files.deleteIfExists(cache);
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        // The same options as in bin/banyan-cli: a cache holds for one garbage collector.
        var builder = new ProcessBuilder(List.of(
                java,
                "-XX:AOTCacheOutput=" + cache,
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djdk.console=java.base",
                "-Xlog:aot=error",
                "-Xlog:cds=error",
                "-cp",
                jar.toString(),
                Rehearsal.class.getName()));
        builder.environment().put("XDG_CONFIG_HOME", configurationHome.toString());
        builder.environment().remove("BANYAN_CONFIG");
        builder.environment().remove("BANYAN_CONTEXT");
        var process = builder.redirectErrorStream(true).start();
        try (var commands = process.outputWriter(StandardCharsets.UTF_8)) {
            commands.write(COMMANDS.formatted(configurationHome.resolveSibling("compose.yaml")));
        }
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0 || !said.contains("trained") || !Files.exists(cache)) {
            throw new IOException("the training run failed: " + said);
        }
    }

    private static void remove(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
