package dev.banyan.api.compose.dotenv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.banyan.api.source.Problems;
import dev.banyan.api.source.SourceText;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DotEnvTest {
    private final Problems problems = Problems.inSecret(new SourceText(".env", ""));

    @Test
    void readsPlainAndQuotedValues() {
        var read = read(
                """
                # a comment

                A=1
                export B = two words  # a comment
                C='single $A # stays'
                D="double\\t\\"quoted\\" ${A}" # a comment
                E=
                F=a#b
                G="first
                second"
                H='it\\n'
                I="costs \\$5"
                """);

        assertThat(problems.none()).isTrue();
        assertThat(read)
                .containsExactly(
                        entry("A", "1"),
                        entry("B", "two words"),
                        entry("C", "single $A # stays"),
                        entry("D", "double\t\"quoted\" 1"),
                        entry("E", ""),
                        entry("F", "a#b"),
                        entry("G", "first\nsecond"),
                        entry("H", "it\\n"),
                        entry("I", "costs $5"));
    }

    @Test
    void letsTheCallersVariablesWinInReferences() {
        assertThat(read("A=file\nB=$A\nHOME\nNOWHERE\n", Map.of("A", "caller", "HOME", "/h")))
                .containsExactly(entry("A", "file"), entry("B", "caller"), entry("HOME", "/h"));
    }

    @Test
    void readsFilesFromOtherSystems() {
        assertThat(read("\ufeffA=1\r\nB=2\rC=3")).containsOnly(entry("A", "1"), entry("B", "2"), entry("C", "3"));
    }

    @Test
    void reportsEveryWrongLineWithItsPlace() {
        read("A=1\n=x\n1A=2\n  a b=3\nB=\"x\" y\nC=${\nD='open\n");

        assertThat(found())
                .containsExactly(
                        "2:1 must be NAME=value",
                        "3:1 must be NAME=value",
                        "4:3 must be NAME=value",
                        "5:7 nothing may follow a quoted value",
                        "6:3 \"${\" begins no variable",
                        "7:3 the quote is not closed");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '`',
            value = {
                "A='Let\\'s go';Let's go",
                "A='it\\n';it\\n",
                "A=\"{\\\"b\\\": \\\"c\\\"}\";{\"b\": \"c\"}",
                "A=\"a\\tb\\\\c\";a\tb\\c",
                "A=\"a\\x\";a\\x",
                "A: yaml;yaml",
                "A:b;b",
                "A=b:c;b:c",
                "A = b ;b",
                "export A=b;b",
                "export\tA=b;b",
                "A=#b;``",
                "A=b #c;b",
                "A=b#c;b#c",
                "A='b' #c;b",
                "A=b'c';b'c'",
                "A=${B:-x y};x y",
                "A=\"${B:-${C:-z}}\";z",
                "A='$B';$B",
                "A=$$B;$B",
                "A=\"\\$B\";$B",
                "A=\"\";``"
            })
    void readsALine(String line, String value) {
        assertThat(read(line + "\n")).containsExactly(entry("A", value));
        assertThat(found()).isEmpty();
    }

    @Test
    void takesNamesOfOtherSystems() {
        assertThat(read("spring.a-b[0]=1\n\u00fcber=2\n_x=3\n"))
                .containsExactly(entry("spring.a-b[0]", "1"), entry("\u00fcber", "2"), entry("_x", "3"));
    }

    @Test
    void takesAVariableThatIsCalledExport() {
        assertThat(read("export=1\n")).containsExactly(entry("export", "1"));
    }

    @Test
    void letsTheLaterOfTwoWinAndSeesTheEarlierBetween() {
        assertThat(read("A=1\nB=$A\nA=2\nC=$A\n")).containsOnly(entry("A", "2"), entry("B", "1"), entry("C", "2"));
    }

    @Test
    void countsLinesInsideOfQuotes() {
        read("A=\"one\ntwo\"\n1wrong\nB='x\ny' z\n");

        assertThat(found()).containsExactly("3:1 must be NAME=value", "5:4 nothing may follow a quoted value");
    }

    @Test
    void boundsTheSize() {
        read("A=" + "x".repeat(DotEnv.TEXT_MAX));

        assertThat(found()).containsExactly("1:1 is larger than 256 KiB");
    }

    private Map<String, String> read(String text) {
        return read(text, Map.of());
    }

    private Map<String, String> read(String text, Map<String, String> caller) {
        return DotEnv.read(text, caller, problems);
    }

    private List<String> found() {
        return problems.sorted().stream()
                .map(found -> found.position().line() + ":" + found.position().column() + " " + found.message())
                .toList();
    }
}
