package dev.banyan.cli.reach;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.v1.ReachFailure;
import dev.banyan.api.v1.ReachFailure.Kind;
import dev.banyan.api.v1.ReachOutcome;
import dev.banyan.cli.output.Console;
import dev.banyan.cli.output.Palette;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndingTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Console console = new Console(print(out), print(err), true, Palette.PLAIN);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125, 137, 255})
    void theCodeOfACommandIsTheProgramsOwnAndNothingIsSaid(int code) {
        var outcome = ReachOutcome.newBuilder().setExitCode(code).build();

        assertThat(Ending.ofCommand(console, outcome)).isEqualTo(code);
        assertThat(Ending.say(console, outcome)).isEqualTo(code);
        assertThat(said()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "NO_COMMAND, 127, 1",
        "NOT_EXECUTABLE, 126, 1",
        "ABSENT, 125, 2",
        "INVALID, 125, 1",
        "TOO_MANY, 125, 1",
        "IDLE, 125, 1",
        "FAILED, 125, 1",
        "KIND_UNSPECIFIED, 125, 1",
    })
    void aSessionThatFailsHasACodeThatTellsItFromTheCommands(Kind kind, int ofCommand, int ofOthers) {
        var outcome = failed(kind, "it is so");

        assertThat(Ending.ofCommand(console, outcome)).isEqualTo(ofCommand);
        assertThat(said()).isEqualTo("banyan-cli: it is so\n");
        assertThat(Ending.say(console, outcome)).isEqualTo(ofOthers);
        assertThat(out.size()).as("output is the command's alone").isZero();
    }

    @Test
    void aFailureOfANewerAgentIsStillOne() {
        var outcome = ReachOutcome.newBuilder()
                .setFailure(ReachFailure.newBuilder().setKindValue(99).setMessage("something new"))
                .build();

        assertThat(Ending.ofCommand(console, outcome)).isEqualTo(125);
        assertThat(Ending.say(console, outcome)).isEqualTo(1);
    }

    @Test
    void anOutcomeThatSaysNothingIsNoFailure() {
        assertThat(Ending.ofCommand(console, ReachOutcome.getDefaultInstance())).isZero();
        assertThat(Ending.say(console, ReachOutcome.newBuilder().setDone(true).build()))
                .isZero();
    }

    @Test
    void wordsFromAServerCannotDrawOnTheTerminal() {
        int ignored = Ending.say(console, failed(Kind.FAILED, "no \u001b[31mfile\u0007"));

        assertThat(said()).doesNotContain("\u001b", "\u0007").contains("file");
    }

    private String said() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private static ReachOutcome failed(Kind kind, String message) {
        return ReachOutcome.newBuilder()
                .setFailure(ReachFailure.newBuilder().setKind(kind).setMessage(message))
                .build();
    }

    private static PrintStream print(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }
}
