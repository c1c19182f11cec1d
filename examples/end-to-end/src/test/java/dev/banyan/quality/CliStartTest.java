package dev.banyan.quality;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** How the packaged command line starts. Makes no tests where nothing is packed: see {@link PackagingTest}. */
class CliStartTest {
    private record Run(int exit, String said) {}

    @TestFactory
    Stream<DynamicTest> itsAotCacheFitsTheJdkAndTheJars() {
        return packed().map(jar -> DynamicTest.dynamicTest("ps", () -> {
            // With AOTMode=on a cache that does not fit is an error; by default it would be left out in silence.
            var run = run(jar, "-XX:AOTMode=on", "-XX:AOTCache=" + jar.resolveSibling("cli.aot"), "ps");

            assertThat(run.said()).contains("This user has joined no cluster yet");
            assertThat(run.exit()).isEqualTo(2);
        }));
    }

    @TestFactory
    Stream<DynamicTest> theVersionLoadsNoLibrary() {
        return packed().map(jar -> DynamicTest.dynamicTest("--version", () -> {
            var run = run(jar, "-Xlog:class+load:stdout", "--version");

            assertThat(run.exit()).isZero();
            assertThat(run.said()).contains("banyan-cli 0.").contains("dev.banyan.cli.Main");
            assertThat(run.said().lines().filter(line -> line.contains("picocli") || line.contains("io.grpc")))
                    .isEmpty();
        }));
    }

    private static Run run(Path jar, String... words) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1"));
        int options =
                (int) Arrays.stream(words).filter(word -> word.startsWith("-X")).count();
        command.addAll(Arrays.asList(words).subList(0, options));
        command.addAll(List.of("-jar", jar.toString()));
        command.addAll(Arrays.asList(words).subList(options, words.length));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment()
                .put("XDG_CONFIG_HOME", jar.resolveSibling("no-configuration").toString());
        builder.environment().remove("BANYAN_CONFIG");
        var process = builder.start();
        process.getOutputStream().close();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), said);
    }

    private static Stream<Path> packed() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(path -> path.getFileName().toString().matches("banyan-cli-.*\\.jar"));
    }
}
