package dev.banyan.agent.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.banyan.runtime.env.SystemEnv;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class HostCommandTest {
    private final HostCommand commands = new HostCommand(new SystemEnv().tasks());

    @Test
    void passesArgumentsAsTheyAre() throws Exception {
        var result = commands.run(CommandLine.of("printf", "%s|", "a b", "$HOME", ";false", "*"));

        assertThat(result.require()).isEqualTo("a b|$HOME|;false|*|");
    }

    @Test
    void feedsInputLargerThanAPipe() throws Exception {
        var input = "0123456789".repeat(100_000);

        assertThat(commands.run(CommandLine.of("cat").reading(input)).output()).isEqualTo(input);
    }

    @Test
    void takesAnEndWithoutReadingForWhatItIs() throws Exception {
        assertThat(commands.run(CommandLine.of("true").reading("x".repeat(1_000_000)))
                        .exit())
                .isZero();
    }

    @Test
    void saysWhatFailedAndHow() throws Exception {
        var result = commands.run(CommandLine.of("ls", "/no/such/file"));

        assertThat(result.succeeded()).isFalse();
        assertThatExceptionOfType(HostException.class)
                .isThrownBy(result::require)
                .withMessageStartingWith("`ls /no/such/file` ended with 2: ")
                .withMessageContaining("No such file");
    }

    @Test
    void saysWhichProgramIsMissing() {
        assertThatExceptionOfType(HostException.class)
                .isThrownBy(() -> commands.run(CommandLine.of("no-such-program")))
                .withMessageContaining("`no-such-program` could not be started");
    }

    @Test
    void killsWhatTakesTooLong() {
        var line = CommandLine.of("sleep", "600").within(Duration.ofMillis(50));

        assertThatExceptionOfType(HostException.class)
                .isThrownBy(() -> commands.run(line))
                .withMessage("`sleep 600` took longer than PT0.05S");
        assertThat(ProcessHandle.current()
                        .children()
                        .filter(ProcessHandle::isAlive)
                        .filter(child -> child.info().commandLine().orElse("").contains("sleep 600")))
                .allSatisfy(child -> assertThat(child.onExit().join()).isNotNull());
    }

    @Test
    void killsWhatWritesTooMuch() {
        assertThatExceptionOfType(HostException.class)
                .isThrownBy(() -> commands.run(CommandLine.of("yes").writingAtMost(100_000)))
                .withMessage("`yes` wrote more than 100000 bytes");
    }

    @Test
    void keepsTheAgentsEnvironmentToItself() throws Exception {
        assertThat(commands.run(CommandLine.of("env")).output().lines().map(line -> line.replaceAll("=.*", "")))
                .containsExactlyInAnyOrder("PATH", "LC_ALL");
    }
}
