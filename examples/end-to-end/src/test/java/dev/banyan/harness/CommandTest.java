package dev.banyan.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandTest {
    @TempDir
    Path directory;

    @Test
    void keepsOutputsAndStatusApart() {
        var output = Command.of("sh", "-c", "echo out; echo err >&2; exit 3").run();

        assertThat(output.out()).isEqualTo("out\n");
        assertThat(output.err()).isEqualTo("err\n");
        assertThat(output.status()).isEqualTo(3);
    }

    @Test
    void failsWithAllThatTheCommandSaid() {
        var output = Command.of("sh", "-c", "echo out; echo err >&2; exit 3").run();

        assertThatThrownBy(output::orFail)
                .isInstanceOf(AssertionError.class)
                .hasMessageContainingAll("exit status 3", "out", "err");
    }

    @Test
    void handsArgumentsOverAsTheyAre() {
        var output = Command.of("printf", "%s|", "a b", "$HOME", "'").run();

        assertThat(output.out()).isEqualTo("a b|$HOME|'|");
    }

    @Test
    void addsToTheEnvironment() {
        var output = Command.of("sh", "-c", "echo $GREETING")
                .with("GREETING", "hello")
                .run();

        assertThat(output.out()).isEqualTo("hello\n");
    }

    @Test
    void pausesResumesAndKillsWhatItStarted() {
        var daemon = Daemon.start(
                "counter",
                Command.of("sh", "-c", "n=0; while echo line $n; do n=$((n + 1)); read -r _ < /proc/uptime; done"),
                directory.resolve("log"));
        daemon.awaitLog("line 3\n", Duration.ofMinutes(2));

        daemon.pause();
        Await.until(() -> state(daemon).equals("T"), Duration.ofMinutes(2), () -> "it is stopped");
        daemon.resume();
        Await.until(() -> !state(daemon).equals("T"), Duration.ofMinutes(2), () -> "it goes on");
        daemon.kill();

        assertThat(daemon.alive()).isFalse();
    }

    @Test
    void showsTheLogOfWhatEndedTooEarly() {
        var daemon = Daemon.start("short", Command.of("sh", "-c", "echo broken"), directory.resolve("log"));

        assertThatThrownBy(() -> daemon.awaitLog("well", Duration.ofMinutes(2)))
                .isInstanceOf(AssertionError.class)
                .hasMessageContainingAll("short has ended", "broken");
    }

    private static String state(Daemon daemon) {
        return Command.of("ps", "-o", "state=", "-p", Long.toString(daemon.pid()))
                .run()
                .out()
                .strip();
    }
}
