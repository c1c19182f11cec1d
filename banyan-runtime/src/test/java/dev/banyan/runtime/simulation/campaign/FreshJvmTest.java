package dev.banyan.runtime.simulation.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.runtime.simulation.broken.TracePrinter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a run is follows from its seed alone: not from addresses of objects, salts of collections, or what else was played. */
class FreshJvmTest {
    @Test
    void leavesTheSameTracesInAFreshJvm() throws Exception {
        var here = TracePrinter.hashes();

        assertThat(inAFreshJvm()).isEqualTo(here);
        assertThat(here).hasSize(TracePrinter.SEEDS).doesNotHaveDuplicates();
    }

    private static List<String> inAFreshJvm() throws Exception {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var process = new ProcessBuilder(
                        java,
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        TracePrinter.class.getName())
                .redirectErrorStream(true)
                .start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output.lines()
                .filter(line -> line.startsWith(TracePrinter.MARK))
                .map(line -> line.substring(TracePrinter.MARK.length()))
                .toList();
    }
}
