package dev.banyan.api.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.source.YamlValue.Mapping;
import dev.banyan.api.source.YamlValue.Scalar;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class YamlReaderTest {
    private Problems problems = Problems.inSecret(new SourceText("f", ""));

    @Test
    void keepsThePlaceAndTheTextOfEveryScalar() {
        var tree = read("a: 3.10\nb:\n  - no\n  - \"7\"\n").orElseThrow();

        assertThat(tree.value("a")).contains(new Scalar(new Position(1, 4), "3.10", false));
        assertThat(tree.value("b").orElseThrow())
                .isEqualTo(new YamlValue.Sequence(
                        new Position(3, 3),
                        List.of(
                                new Scalar(new Position(3, 5), "no", false),
                                new Scalar(new Position(4, 5), "7", true))));
    }

    @Test
    void tellsNullFromText() {
        var tree = read("a:\nb: ~\nc: \"\"\nd: null\ne: 'null'\n").orElseThrow();

        assertThat(tree.entries().stream().filter(entry -> ((Scalar) entry.value()).isNull()))
                .extracting(entry -> entry.key().text())
                .containsExactly("a", "b", "d");
    }

    @Test
    void mergesAliasesBelowTheMappingsOwnKeys() {
        var tree = read("x: &x {a: 1, b: 2}\ny: &y {b: 3, c: 4}\nz:\n  <<: [*x, *y]\n  a: 0\n")
                .orElseThrow();

        var merged = (Mapping) tree.value("z").orElseThrow();
        assertThat(merged.entries())
                .extracting(entry -> entry.key().text() + ((Scalar) entry.value()).text())
                .containsExactly("a0", "b2", "c4");
        assertThat(problems.none()).isTrue();
    }

    @Test
    void reportsEveryKeyThatIsGivenTwiceAtItsSecondPlace() {
        read("a: 1\nb: {c: 1, c: 2}\na: 2\n");

        assertThat(found()).containsExactly("2:11 key \"c\" is given twice", "3:1 key \"a\" is given twice");
    }

    @Test
    void saysWhereTheSyntaxBreaks() {
        assertThat(read("a: 1\nb: [1, 2\nc: 3\n")).isEmpty();

        assertThat(problems.sorted()).singleElement().satisfies(problem -> {
            assertThat(problem.position().line()).isEqualTo(3);
            assertThat(problem.message()).startsWith("is not valid YAML: ");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# only a comment\n", "---\n", "~"})
    void saysThatAnEmptyTextIsEmpty(String text) {
        assertThat(read(text)).isEmpty();
        assertThat(found()).singleElement().asString().endsWith("is empty");
    }

    @Test
    void wantsAMappingAndOneDocument() {
        assertThat(read("- a\n")).isEmpty();
        assertThat(found()).containsExactly("1:1 must be a mapping of keys to values");

        read("a: 1\n---\nb: 2\n");
        assertThat(found()).containsExactly("2:1 holds a second document; one file is one document");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a: !reset 1\n", "a: !!set {b}\n", "a: !1%1\n", "!1%1", "a: !!binary x\n"})
    void refusesTagsAndSurvivesMalformedOnes(String text) {
        read(text);

        assertThat(problems.none()).isFalse();
    }

    @Test
    void keepsTheTagsThatAreAskedFor() {
        var problems = Problems.inSecret(new SourceText("f", ""));
        var text = "a: !one 1\nb: !one [x]\nc: !one\nd: {e: !other 2}\nf: [!one 3]\n!one g: 4\n";
        var tree = YamlReader.read(new SourceText("f", text), problems, Set.of("!one"))
                .orElseThrow();

        assertThat(tree.entries())
                .extracting(entry -> entry.key().text() + entry.tag())
                .containsExactly("a!one", "b!one", "c!one", "d", "f", "g");
        assertThat(problems.sorted())
                .extracting(problem -> problem.position().line() + " " + problem.message())
                .containsExactly(
                        "4 the tag !other is not supported",
                        "5 the tag !one stands before the value of a key only",
                        "6 the tag !one stands before the value of a key only");
    }

    @Test
    void takesTheTagsOfPlainTypes() {
        var tree = read("a: !!str 12\nb: !!int 12\nc: !!map {}\n").orElseThrow();

        assertThat(problems.none()).isTrue();
        assertThat(((Scalar) tree.value("a").orElseThrow()).quoted()).isTrue();
        assertThat(((Scalar) tree.value("b").orElseThrow()).quoted()).isFalse();
    }

    @Test
    void refusesAnAliasInsideOfItsOwnAnchor() {
        read("a: &a\n  b: *a\n");

        assertThat(found()).containsExactly("2:6 alias *a has no finished anchor before it");
    }

    @Test
    void countsWhatIsBehindAnAliasEachTime() {
        var bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i <= 4; i++) {
            bomb.append("a%d: &a%d [".formatted(i, i));
            bomb.append("*a%d, ".formatted(i - 1).repeat(9)).append("*a%d]\n".formatted(i - 1));
        }

        assertThat(read(bomb.toString())).isEmpty();

        assertThat(found()).singleElement().asString().endsWith("holds more than 20000 values");
    }

    @Test
    void boundsAliasesDepthValuesAndSize() {
        assertThat(whyNot("a: &a 1\nb: [" + "*a, ".repeat(1001) + "]\n")).isEqualTo("uses more than 1000 aliases");
        assertThat(whyNot("a: " + "[".repeat(100_000))).isEqualTo("is nested deeper than 32 levels");
        assertThat(whyNot("a: [" + "1,".repeat(30_000) + "]")).isEqualTo("holds more than 20000 values");
        assertThat(whyNot("a: " + "b".repeat(70_000))).isEqualTo("holds a value longer than 64 KiB");
        assertThat(whyNot("? " + "k".repeat(1025) + "\n: 1\n")).isEqualTo("holds a key longer than 1024 characters");
        assertThat(whyNot("a: " + "b".repeat(300_000))).isEqualTo("is larger than 256 KiB");
    }

    @Test
    void countsTheDepthBehindAnAlias() {
        var deep = "a: &a " + "[".repeat(20) + "]".repeat(20) + "\nb: " + "[".repeat(20) + "*a" + "]".repeat(20) + "\n";

        assertThat(whyNot(deep)).isEqualTo("is nested deeper than 32 levels");
    }

    private String whyNot(String text) {
        assertThat(read(text)).isEmpty();
        return problems.sorted().getFirst().message();
    }

    private List<String> found() {
        return problems.sorted().stream()
                .map(found -> found.position().line() + ":" + found.position().column() + " " + found.message())
                .toList();
    }

    private Optional<Mapping> read(String text) {
        var source = new SourceText("f", text);
        problems = Problems.in(source);
        return YamlReader.read(source, problems);
    }
}
