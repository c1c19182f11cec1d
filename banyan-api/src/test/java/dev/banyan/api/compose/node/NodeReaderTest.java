package dev.banyan.api.compose.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.compose.node.Node.Mapping;
import dev.banyan.api.compose.node.Node.Scalar;
import dev.banyan.api.source.Position;
import dev.banyan.api.source.SourceText;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NodeReaderTest {
    private final Complaints complaints = new Complaints();

    @Test
    void givesEveryKeyAndValueItsPlace() {
        var tree = read("a: 1\nb:\n  - x\n  - {c: d}\n").orElseThrow();

        assertThat(tree.member("b").orElseThrow().at().position()).isEqualTo(new Position(2, 1));
        assertThat(tree.items("b").get(0).place().position()).isEqualTo(new Position(3, 5));
        var inner = (Mapping) tree.items("b").get(1);
        assertThat(inner.member("c").orElseThrow().at().position()).isEqualTo(new Position(4, 6));
        assertThat(inner.find("c").orElseThrow().place().line()).isEqualTo(4);
        assertThat(inner.place().origin().source().name()).isEqualTo("f.yaml");
    }

    @Test
    void tellsQuotedFromPlain() {
        var tree = read("a: 0644\nb: '0644'\nc: on\nd: !!str 7\n").orElseThrow();

        assertThat(tree.members())
                .extracting(member -> ((Scalar) member.value()).kind())
                .containsExactly(Kind.PLAIN, Kind.TEXT, Kind.PLAIN, Kind.TEXT);
    }

    @Test
    void keepsTheMarksOfValues() {
        var tree = read("a: !reset null\nb: !override [x]\nc: !reset\nd: 1\n").orElseThrow();

        assertThat(tree.members())
                .extracting(Node.Member::mark)
                .containsExactly(Mark.RESET, Mark.OVERRIDE, Mark.RESET, Mark.NONE);
    }

    @Test
    void givesAnAliasTheMarkOfItsAnchor() {
        var tree = read("x-a: &a !reset []\nb: *a\nx-m: &m {d: !override [e]}\nc: {<<: *m}\n")
                .orElseThrow();

        assertThat(tree.member("b").orElseThrow().mark()).isEqualTo(Mark.RESET);
        assertThat(tree.mapping("c").member("d").orElseThrow().mark()).isEqualTo(Mark.OVERRIDE);
    }

    @Test
    void refusesMarksThatMarkNoValueOfAKey() {
        read("a: [!reset b]\n");

        assertThat(complaints.refusals()).singleElement().satisfies(found -> assertThat(found.position())
                .isEqualTo(new Position(1, 5)));
    }

    @Test
    void readsJsonWithTabsAndEscapes() {
        var text = "{\n\t\"a\": [1, true, null],\n\t\"b\": {\"c\\/d\": \"\\u00fc \\ud83d\\ude00\"}\n}\n";
        var tree = read(text).orElseThrow();

        assertThat(complaints.none()).isTrue();
        assertThat(tree.items("a")).hasSize(3);
        assertThat(tree.mapping("b").text("c/d")).contains("\u00fc \ud83d\ude00");
        assertThat(tree.member("b").orElseThrow().at().position()).isEqualTo(new Position(3, 2));
    }

    @Test
    void resolvesAliasesAndMergeKeys() {
        var tree = read("x-a: &a {k: 1, l: 2}\nb: {<<: *a, l: 3}\nc: *a\n").orElseThrow();

        assertThat(tree.mapping("b").text("k")).contains("1");
        assertThat(tree.mapping("b").text("l")).contains("3");
        assertThat(tree.mapping("c").place().line()).isEqualTo(1);
    }

    @Test
    void complainsInTheOrderOfTheText() {
        read("a: !x 1\nb: 1\nb: 2\n");

        assertThat(complaints.refusals())
                .extracting(found -> found.position().line())
                .containsExactly(1, 3);
    }

    private Optional<Mapping> read(String text) {
        return NodeReader.read(new Origin(0, new SourceText("f.yaml", text), false), complaints);
    }
}
