package dev.banyan.api.compose.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.compose.node.Node.Mapping;
import dev.banyan.api.compose.node.Node.Member;
import dev.banyan.api.compose.node.Node.Scalar;
import dev.banyan.api.compose.node.Node.Sequence;
import dev.banyan.api.source.SourceText;
import dev.banyan.runtime.env.SeededRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrinterTest {
    private static final Place PLACE = Place.start(new Origin(0, new SourceText("f", ""), false));

    @Test
    void writesBlocks() {
        var tree = mapping(
                "a",
                text("b"),
                "list",
                new Sequence(PLACE, List.of(text("x"), mapping("k", text("v"), "w", text("z")), mapping())),
                "none",
                new Sequence(PLACE, List.of()),
                "deep",
                mapping("er", new Scalar(PLACE, "7", Kind.WHOLE)));

        assertThat(Printer.print(tree))
                .isEqualTo("a: b\nlist:\n  - x\n  - k: v\n    w: z\n  - {}\nnone: []\ndeep:\n  er: 7\n");
    }

    @Test
    void writesNothingAsAMapping() {
        assertThat(Printer.print(mapping())).isEqualTo("{}\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "a b",
                "yes",
                "No",
                "on",
                "null",
                "~",
                "true",
                "1",
                "1.5",
                "0644",
                "1e3",
                "22:22",
                "- a",
                "a: b",
                "#c",
                "a #b",
                "{",
                "[x]",
                "*a",
                "&a",
                "!t",
                "%",
                "@",
                "`",
                "'",
                "\"",
                "\\",
                "a\nb",
                "a\tb",
                "\u0007",
                "\u00fc",
                "\ud83d\ude00",
                "$A",
                "$$",
                "${A:-b}",
                "a,b",
                "?",
                ":",
                "<<",
                "=",
                "\u2028",
                ".5",
                "0x1f",
                "nan",
                "x:y:z",
                "1:30",
                "-",
                "--- a",
                "/a/b:/c:ro",
                "\u0085",
                "\ufeff"
            })
    void writesTextThatReadsAsTheSameText(String written) {
        var tree =
                mapping("key", text(written), "list", new Sequence(PLACE, List.of(text(written))), written, text("v"));

        assertThat(texts(read(Printer.print(tree)), "$$")).isEqualTo(texts(tree, "$"));
    }

    @Test
    void writesAnyTextThatReadsAsTheSameText() {
        var random = new SeededRandom(21);
        for (int i = 0; i < 2000; i++) {
            var text = new StringBuilder();
            for (int length = random.nextInt(12); length > 0; length--) {
                int point = random.nextInt(4) == 0 ? random.nextInt(0xd800) : ' ' + random.nextInt(95);
                text.appendCodePoint(point);
            }
            var tree = mapping("key", text(text.toString()));
            assertThat(texts(read(Printer.print(tree)), "$$")).isEqualTo(texts(tree, "$"));
        }
    }

    @Test
    void writesMarks() {
        var member = new Member(PLACE, "a", text("b"), Mark.OVERRIDE);

        assertThat(Printer.print(new Mapping(PLACE, List.of(member)))).isEqualTo("a: !override b\n");
    }

    private static Mapping read(String printed) {
        var complaints = new Complaints();
        var tree = NodeReader.read(new Origin(0, new SourceText("f", printed), false), complaints);
        assertThat(complaints.refusals()).as(printed).isEmpty();
        return tree.orElseThrow();
    }

    /** Keys and texts, with doubled dollars of what was read taken back. */
    private static List<Object> texts(Node node, String dollar) {
        var texts = new ArrayList<>();
        switch (node) {
            case Scalar scalar -> texts.add(scalar.text().replace(dollar, "$"));
            case Sequence sequence -> sequence.items().forEach(item -> texts.add(texts(item, dollar)));
            case Mapping mapping ->
                mapping.members().forEach(member -> texts.add(Map.of(member.key(), texts(member.value(), dollar))));
        }
        return texts;
    }

    private static Scalar text(String text) {
        return new Scalar(PLACE, text, Kind.TEXT);
    }

    private static Mapping mapping(Object... members) {
        var list = new ArrayList<Member>();
        for (int i = 0; i < members.length; i += 2) {
            list.add(new Member(PLACE, (String) members[i], (Node) members[i + 1], Mark.NONE));
        }
        return new Mapping(PLACE, list);
    }
}
