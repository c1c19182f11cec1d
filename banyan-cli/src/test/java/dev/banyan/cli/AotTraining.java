package dev.banyan.cli;

import dev.banyan.runtime.env.SystemEnv;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Makes the AOT cache of the packaged program: one real {@code ps} over mutual TLS under the JVM's recorder. Run by the build after the
 * jar is packed, since a cache holds for one JDK and one class path of jars.
 */
final class AotTraining {
    private AotTraining() {}

    private static final int TRIES = 5;

    /** Takes the program's jar and the cache to be made. */
    public static void main(String[] words) throws IOException, InterruptedException {
        var jar = Path.of(words[0]);
        var cache = Path.of(words[1]);
        var directory = Files.createTempDirectory("banyan-aot");
        var cluster = new FakeCluster(new SystemEnv());
        var _ = cluster.apply(TestDeployments.apply("trained"));
        try (var engine = StubEngine.start(directory, cluster.store())) {
            trainPatiently(jar, cache, engine.configurationHome());
        } finally {
            remove(directory);
        }
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
                "-Xlog:aot=error",
                "-Xlog:cds=error",
                "-jar",
                jar.toString(),
                "ps"));
        builder.environment().put("XDG_CONFIG_HOME", configurationHome.toString());
        builder.environment().remove("BANYAN_CONFIG");
        builder.environment().remove("BANYAN_CONTEXT");
        var process = builder.redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .start();
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
