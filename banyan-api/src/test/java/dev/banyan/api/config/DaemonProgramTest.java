package dev.banyan.api.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DaemonProgramTest {
    private static final Option DATA = new Option("data", "/var/lib/d", "directory of state, 100% ours");
    private static final Option NAME = new Option("name", "d-1", "its name");

    @TempDir
    private Path directory;

    private final List<String> done = new ArrayList<>();

    private record Outcome(int status, String out, String err) {}

    @Test
    void aVerbGetsTheSettingsThatWereGiven() {
        assertThat(run("init", "--name=x", "--data", "/d")).isEqualTo(new Outcome(0, "", ""));

        assertThat(done).containsExactly("init name=x data=/d");
    }

    @Test
    void defaultsHoldForWhatIsNotGiven() {
        assertThat(run("run").status()).isZero();

        assertThat(done).containsExactly("run data=/var/lib/d");
    }

    @Test
    void aFileThatIsNamedGivesSettingsOfAllVerbs() throws IOException {
        var file = Files.writeString(directory.resolve("d.yaml"), "data: /from-file\nname: of another verb\n");

        assertThat(run("run", "--config", file.toString()).status()).isZero();

        assertThat(done).containsExactly("run data=/from-file");
    }

    @Test
    void configShowsEachValueWithItsOrigin() {
        assertThat(run("config", "--data", "/d").out())
                .isEqualTo("data: /d  # --data\nname: from-env  # BANYAN_NAME\n");
    }

    @Test
    void refusesAnUnknownFlagAndDoesNothing() {
        var outcome = run("run", "--dta", "/d");

        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.err())
                .contains("d: Unknown option")
                .contains("--dta")
                .contains("d run --help");
        assertThat(done).isEmpty();
    }

    @Test
    void refusesAFlagOfAnotherVerb() {
        assertThat(run("run", "--name", "x").status()).isEqualTo(2);
        assertThat(done).isEmpty();
    }

    @Test
    void refusesAFlagWithoutItsValueAndAStrayWord() {
        assertThat(run("run", "--data").err()).contains("--data");
        assertThat(run("run", "stray").err()).contains("stray");
        assertThat(done).isEmpty();
    }

    @Test
    void refusesAnUnknownVerbAndNamesALikelyOne() {
        var outcome = run("rum");

        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.err()).contains("rum").contains("run");
    }

    @Test
    void helpOfTheProgramNamesItsVerbs() {
        assertThat(run("--help").out()).contains("init", "Begins.", "run", "Runs.", "config", "version");
        assertThat(run().out()).isEqualTo(run("--help").out());
    }

    @Test
    void helpOfAVerbNamesItsSettingsWithTheirDefaults() {
        assertThat(run("init", "--help").out()).contains("--name", "(d-1)", "--data", "100% ours (/var/lib/d)");
        assertThat(run("run", "--help").out()).doesNotContain("--name");
        assertThat(done).isEmpty();
    }

    @Test
    void saysItsVersion() {
        assertThat(run("--version").out()).isEqualTo("d 1.2\n");
        assertThat(run("version").out()).isEqualTo("d 1.2\n");
    }

    @Test
    void aFailureOfAVerbIsASentenceAndTheStatusOne() {
        assertThat(run("fail")).isEqualTo(new Outcome(1, "", "d: it did not work\n"));
    }

    @Test
    void aWrongValueThatAVerbFindsIsAMistakeOfUse() {
        assertThat(run("refuse")).isEqualTo(new Outcome(2, "", "d: data is wrong\n"));
    }

    private Outcome run(String... words) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        int status = program().run(List.of(words), new PrintStream(out), new PrintStream(err));
        return new Outcome(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    private DaemonProgram program() {
        var verbs = List.of(
                new Verb(
                        "init",
                        "Begins.",
                        List.of(NAME),
                        (settings, out) ->
                                done.add("init name=" + settings.text("name") + " data=" + settings.text("data"))),
                Verb.of("run", "Runs.", (settings, out) -> done.add("run data=" + settings.text("data"))),
                Verb.of("fail", "Fails.", (settings, out) -> {
                    throw new DaemonFailure("it did not work", new IllegalStateException());
                }),
                Verb.of("refuse", "Refuses.", (settings, out) -> {
                    throw new SettingsException(List.of("data is wrong"));
                }));
        var description = new DaemonProgram.Description("d", "1.2", "A daemon.", List.of(DATA), Path.of("/nowhere"));
        return new DaemonProgram(description, verbs, Map.of("BANYAN_NAME", "from-env"));
    }
}
