package dev.banyan.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.examples.Walk.Step;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WalkTest {
    @TempDir
    Path scratch;

    @Test
    void readsCommandsAndWhatTheyPrintFromSessionsAlone() {
        var walk = Walk.of(
                """
                Install it:
                ```sh
                install it
                ```
                Then:
                ```console
                $ first
                $ second
                one line
                another
                ```
                And:
                ```console
                $ third
                ```
                """);

        assertThat(walk.steps())
                .containsExactly(
                        new Step(7, "first", List.of()),
                        new Step(8, "second", List.of("one line", "another")),
                        new Step(14, "third", List.of()));
    }

    @Test
    void refusesASessionThatBeginsWithOutput() {
        assertThatThrownBy(() -> Walk.of("```console\nout of nowhere\n```\n")).hasMessageContaining("line 2");
        assertThatThrownBy(() -> Walk.of("Only words.")).hasMessageContaining("no session");
    }

    @Test
    void comparesLineByLineWithAnythingWhereADotsSignIs() {
        var step = new Step(1, "say", List.of("serial … of a.b", "end"));

        assertThat(step.matches("serial 12 of a.b\nend\n")).isTrue();
        assertThat(step.matches("serial  of a.b\nend")).isTrue();
        assertThat(step.matches("serial 12 of axb\nend")).isFalse();
        assertThat(step.matches("serial 12 of a.b\nmore\nend")).isFalse();
        assertThat(step.matches("serial 12 of a.b")).isFalse();
        assertThat(new Step(1, "be silent", List.of()).matches("hm")).isFalse();
    }

    @Test
    void knowsWhatGoesOnInTheBackground() {
        assertThat(new Step(1, "serve >log 2>&1 & PID=$!", List.of()).leavesSomethingRunning())
                .isTrue();
        assertThat(new Step(1, "serve &", List.of()).leavesSomethingRunning()).isTrue();
        assertThat(new Step(1, "one && two 2>&1", List.of()).leavesSomethingRunning())
                .isFalse();
    }

    @Test
    void takesTheStepsOfAWalkInOneShell() throws Exception {
        try (var session =
                new Session(scratch, Files.createDirectory(scratch.resolve("outputs")), Map.of("WHO", "you"))) {
            var walk = Walk.of(
                    """
                    ```console
                    $ greet() { echo "hello $1"; }
                    $ greet $WHO
                    hello you
                    $ { for n in 1 2 3; do echo $n; done >numbers; } & COUNTER=$!
                    $ cat numbers   # a moment later
                    1
                    2
                    3
                    $ sleep 1000 & SLEEPER=$!
                    $ kill -9 $SLEEPER
                    $ true
                    ```
                    """);

            walk.steps().forEach(session::take);
        }
    }

    @Test
    void failsAtTheLineThatPrintsSomethingElseOrFails() throws Exception {
        try (var session = new Session(scratch, Files.createDirectory(scratch.resolve("outputs")), Map.of())) {
            assertThatThrownBy(() -> session.take(new Step(5, "echo b", List.of("a"))))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("line 5: echo b");
            assertThatThrownBy(() -> session.take(new Step(6, "echo a; false", List.of("a"))))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("with status 1");
        }
    }

    @Test
    void leavesNothingRunningBehind() throws Exception {
        var pid = scratch.resolve("pid");
        try (var session = new Session(scratch, Files.createDirectory(scratch.resolve("outputs")), Map.of())) {
            session.take(new Step(1, "sleep 1000 & echo $! >pid", List.of()));
        }

        assertThat(ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())))
                .isEmpty();
    }
}
