package dev.banyan.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ShutdownHookTest {
    /** A program that waits for ever, with something to say when it is interrupted. */
    static final class Waiting {
        private Waiting() {}

        public static void main(String[] words) throws InterruptedException {
            try (var _ = new ShutdownHook().during(() -> System.out.println("taken back"))) {
                System.out.println("begun");
            }
            var hook = new ShutdownHook().during(() -> System.out.println("detached"));
            System.out.println("waiting"); // not before: who reads it interrupts
            Thread.currentThread().join();
            hook.close();
        }
    }

    @Test
    void saysItsWordsWhenToldToEnd() throws IOException, InterruptedException {
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Waiting.class.getName())
                .redirectErrorStream(true)
                .start();
        try (var reader = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(reader.readLine()).isEqualTo("begun");
            assertThat(reader.readLine()).isEqualTo("waiting");

            // Not INT, which nobody hears whose parent was started in the background.
            var kill = new ProcessBuilder("kill", "-TERM", Long.toString(process.pid())).start();

            assertThat(kill.waitFor()).isZero();
            assertThat(reader.readLine()).isEqualTo("detached");
            assertThat(process.waitFor()).isEqualTo(143);
        } finally {
            process.destroyForcibly();
        }
    }
}
