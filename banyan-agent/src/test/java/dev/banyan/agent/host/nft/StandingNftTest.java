package dev.banyan.agent.host.nft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.banyan.agent.host.CommandLine;
import dev.banyan.agent.host.CommandResult;
import dev.banyan.agent.host.HostException;
import dev.banyan.runtime.env.SystemEnv;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StandingNftTest {
    /** Speaks as nft does; what it did is in the file that is its argument, with a line for each of its starts. */
    private static final String PROGRAM =
            """
            echo begun >> "$1"
            while read -r line; do
              case "$line" in
                banyan_*) printf 'Error: syntax error, unexpected newline\\n%s\\n     ^\\n' "$line" >&2 ;;
                *none*) printf 'Error: No such file or directory\\n%s\\n   ^^^^\\n' "$line" >&2 ;;
                *end*) exit 3 ;;
                *hang*) while read -r ignored; do :; done ;;
                "") ;;
                *) echo "$line" >> "$1" ;;
              esac
            done
            """;

    /** For the program to begin and to answer, on a busy machine as well. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final List<CommandLine> others = new ArrayList<>();
    private StandingNft nft = new StandingNft(this::other, new SystemEnv().tasks(), List.of("false"), PATIENCE);
    private Path done = Path.of("");

    private CommandResult other(CommandLine line) {
        others.add(line);
        return new CommandResult(line, 0, "", "");
    }

    private void stays(Path folder) throws IOException {
        done = folder.resolve("done");
        var program = folder.resolve("program");
        Files.writeString(program, PROGRAM);
        nft = new StandingNft(
                this::other, new SystemEnv().tasks(), List.of("sh", program.toString(), done.toString()), PATIENCE);
    }

    private List<String> done() throws IOException {
        return Files.readAllLines(done);
    }

    @AfterEach
    void close() {
        nft.close();
    }

    private static CommandLine script(String text) {
        return CommandLine.of("nft", "-f", "-").reading(text).within(PATIENCE);
    }

    @Test
    void writesEachScriptAsOneLineToTheSameProgram(@TempDir Path folder) throws Exception {
        stays(folder);

        assertThat(nft.run(script("add element ip t s { 1 }\ndelete element ip t s { 2 }\n"))
                        .succeeded())
                .isTrue();
        assertThat(nft.run(script("flush chain ip t c\n")).succeeded()).isTrue();

        assertThat(done())
                .containsExactly(
                        "begun", "add element ip t s { 1 }; delete element ip t s { 2 }", "flush chain ip t c");
        assertThat(others).isEmpty();
    }

    @Test
    void tellsWhatIsWrongWithOneScriptAlone(@TempDir Path folder) throws Exception {
        stays(folder);

        var wrong = nft.run(script("add rule ip none none accept\n"));
        var right = nft.run(script("flush chain ip t c\n"));

        assertThat(wrong.exit()).isEqualTo(1);
        assertThat(wrong.error().strip()).isEqualTo("Error: No such file or directory\nadd rule ip none none accept");
        assertThat(right.succeeded()).isTrue();
        assertThat(done()).containsExactly("begun", "flush chain ip t c");
    }

    @Test
    void takesTheOtherWayWithWhatIsNoShortScript(@TempDir Path folder) throws Exception {
        stays(folder);
        var lines = List.of(
                CommandLine.of("nft", "-j", "list", "table", "ip", "t"),
                CommandLine.of("conntrack", "-L"),
                script(""),
                script("add element ip t s { " + "1, ".repeat(10_000) + "1 }\n"),
                script("table ip t {\n chain c { }\n}\n"),
                script("add table ip t # mine\n"));

        for (var line : lines) {
            assertThat(nft.run(line).succeeded()).isTrue();
        }

        assertThat(others).isEqualTo(lines);
        assertThat(done).doesNotExist();
    }

    @Test
    void doesNotGuessWhetherAScriptWasDoneByAProgramThatEnded(@TempDir Path folder) throws Exception {
        stays(folder);

        assertThatExceptionOfType(HostException.class)
                .isThrownBy(() -> nft.run(script("end\n")))
                .withMessageContaining("ended");
        assertThat(nft.run(script("flush chain ip t c\n")).succeeded()).isTrue();

        assertThat(done()).containsExactly("begun", "begun", "flush chain ip t c");
        assertThat(others).isEmpty();
    }

    @Test
    void waitsNoLongerThanACommandMayTake(@TempDir Path folder) throws Exception {
        stays(folder);

        assertThatExceptionOfType(HostException.class)
                .isThrownBy(() -> nft.run(script("hang\n").within(Duration.ofMillis(50))))
                .withMessageContaining("did not answer within PT0.05S");
        assertThat(nft.run(script("flush chain ip t c\n")).succeeded()).isTrue();

        assertThat(done()).containsExactly("begun", "begun", "flush chain ip t c");
    }

    @Test
    void takesTheOtherWayWhereNoProgramStays() throws Exception {
        for (int i = 0; i < 5; i++) {
            assertThat(nft.run(script("flush chain ip t c\n")).succeeded()).isTrue();
        }

        assertThat(others).hasSize(5);
    }

    @Test
    void takesTheOtherWayOnceItIsClosed(@TempDir Path folder) throws Exception {
        stays(folder);
        assertThat(nft.run(script("flush chain ip t c\n")).succeeded()).isTrue();

        nft.close();

        assertThat(nft.run(script("flush chain ip t d\n")).succeeded()).isTrue();
        assertThat(done()).containsExactly("begun", "flush chain ip t c");
        assertThat(others).hasSize(1);
    }
}
