package dev.banyan.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a real bash proposes after it has read the script. */
class CompletionCommandTest {
    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({
        "'sta', status",
        "'ps --outp', --output",
        "'up --nothing', ''",
        "'ps -o y', yaml",
        "'kinds desc', describe",
        "'completion z', zsh"
    })
    void letsBashProposeVerbsOptionsAndValues(String typed, String proposed) throws Exception {
        assertThat(proposals(typed)).isEqualTo(proposed);
    }

    @Test
    void proposesEveryVerbOfTheHelp() throws Exception {
        var help = new CommandBench(directory).run("--help").out();
        var verbs = help.substring(help.indexOf("Commands:"))
                .lines()
                .skip(1)
                .filter(line -> line.matches("  [a-z]+ .*"))
                .map(line -> line.strip().split(" ")[0])
                .toList();

        assertThat(verbs).hasSizeGreaterThan(10);
        assertThat(proposals("").lines().flatMap(line -> Stream.of(line.split(" "))))
                .containsAll(verbs);
    }

    @Test
    void preparesZshFirst() {
        assertThat(new CommandBench(directory).run("completion", "zsh").out())
                .contains("bashcompinit", "_complete_banyan-cli");
    }

    @Test
    void namesTheShellsThatItKnows() {
        var run = new CommandBench(directory).run("completion", "tcsh");

        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).contains("tcsh", "bash, zsh");
    }

    private String proposals(String typed) throws IOException, InterruptedException {
        var script = directory.resolve("completion.bash");
        Files.writeString(
                script, new CommandBench(directory).run("completion", "bash").out());
        var words = "banyan-cli " + typed;
        var driver =
                """
                compopt() { :; } # outside of a real completion bash refuses it
                source "$1"
                COMP_LINE=$2
                read -ra COMP_WORDS <<<"$2"
                case $2 in *' ') COMP_WORDS+=('') ;; esac
                COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
                COMP_POINT=${#COMP_LINE}
                _complete_banyan-cli banyan-cli "${COMP_WORDS[COMP_CWORD]}" banyan-cli
                echo "${COMPREPLY[*]}"
                """;
        var bash = new ProcessBuilder(List.of("bash", "-c", driver, "bash", script.toString(), words))
                .redirectErrorStream(true)
                .start();
        var said = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bash.waitFor()).as(said).isZero();
        return said.strip();
    }
}
