package dev.banyan.mutants;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/** Runs tests of one module in a JVM of their own, as the build does: in the module's directory, with its classes first. */
final class TestRun {
    /** A mutant may make a test wait for ever; none needs as long as this on a busy machine. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final BuiltModules built;
    private final Path scratch;

    TestRun(BuiltModules built, Path scratch) {
        this.built = built;
        this.scratch = scratch;
    }

    /** Runs {@code tests} with {@code classes} instead of those of the same names. */
    TestOutcome run(String module, List<Path> classes, List<String> tests, List<String> properties) {
        try {
            var results = Files.createTempFile(scratch, "results", ".properties");
            var said = results.resolveSibling(results.getFileName() + ".log");
            var process = new ProcessBuilder(words(module, classes, tests, properties, results))
                    .directory(built.top().resolve(module).toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile())
                    .start();
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return TestOutcome.without("no end within " + PATIENCE);
            }
            var written = new Properties();
            try (var file = Files.newBufferedReader(results)) {
                written.load(file);
            }
            return written.isEmpty() ? TestOutcome.without("no results: " + tail(said)) : TestOutcome.of(written);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return TestOutcome.without("interrupted");
        }
    }

    private List<String> words(
            String module, List<Path> classes, List<String> tests, List<String> properties, Path results) {
        var words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home", ""), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx1g",
                "--enable-native-access=ALL-UNNAMED"));
        properties.forEach(property -> words.add("-D" + property));
        words.addAll(List.of("-cp", built.toRun(classes, module), TestProgram.class.getName(), results.toString()));
        words.addAll(tests);
        return words;
    }

    private static String tail(Path said) throws IOException {
        var text = Files.readString(said);
        return text.substring(Math.max(0, text.length() - 1_000));
    }
}
