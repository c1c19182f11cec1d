package dev.banyan.api.compose.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonParser;
import dev.banyan.api.compose.node.Node.Mapping;
import dev.banyan.api.compose.node.Node.Member;
import dev.banyan.api.compose.node.Node.Scalar;
import dev.banyan.api.compose.node.Node.Sequence;
import dev.banyan.api.source.SourceText;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonPrinterTest {
    private static final Place HERE = Place.start(new Origin(0, new SourceText("f", ""), false));

    @Test
    void indentsWhatIsInside() {
        var inner = mapping(
                member("b", new Sequence(HERE, List.of(text("x"), mapping(member("c", text("y")))))),
                member("d", new Sequence(HERE, List.of())),
                member("e", mapping()));

        assertThat(JsonPrinter.print(mapping(member("a", inner), member("f", text("z")))))
                .isEqualTo(
                        """
                        {
                          "a": {
                            "b": [
                              "x",
                              {
                                "c": "y"
                              }
                            ],
                            "d": [],
                            "e": {}
                          },
                          "f": "z"
                        }
                        """);
    }

    @Test
    void printsNothingAsAMapping() {
        assertThat(JsonPrinter.print(mapping())).isEqualTo("{}\n");
    }

    @Test
    void keepsTypes() {
        var tree = mapping(
                member("w", new Scalar(HERE, "123456789012345678", Kind.WHOLE)),
                member("d", new Scalar(HERE, "0.000000001", Kind.DECIMAL)),
                member("b", new Scalar(HERE, "true", Kind.BOOLEAN)),
                member("n", new Scalar(HERE, "", Kind.NULL)),
                member("t", text("true")),
                member("u", text("null")),
                member("p", new Scalar(HERE, "1_0", Kind.PLAIN)));

        assertThat(JsonPrinter.print(tree).replaceAll("\\s", ""))
                .isEqualTo(
                        "{\"w\":123456789012345678,\"d\":0.000000001,\"b\":true,\"n\":null,\"t\":\"true\",\"u\":\"null\","
                                + "\"p\":\"1_0\"}");
    }

    @Test
    void doublesDollarsOfValuesAndNotOfKeys() {
        assertThat(JsonPrinter.print(mapping(member("$a", text("$b $$c")))))
                .isEqualTo("{\n  \"$a\": \"$$b $$$$c\"\n}\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"quoted\"",
                "back\\slash",
                "two\nlines\tand\ra return",
                "bell \u0007 next \u0085 line \u2028 mark \ufeff right-to-left \u202e",
                "\u00fcml\u00e4ut",
                "\ud83d\ude00",
                " - : # {} [] ",
                ""
            })
    void keepsAnyTextForReadersOfJsonAndOfYaml(String value) {
        var tree = mapping(member("x-" + value.length(), text(value)), member("x-key" + value, text("v")));
        var printed = JsonPrinter.print(tree);
        var json = JsonParser.parseString(printed).getAsJsonObject();

        assertThat(json.get("x-" + value.length()).getAsString()).isEqualTo(value);
        assertThat(json.has("x-key" + value)).isTrue();
        assertThat(printed.codePoints()).noneMatch(point -> point < ' ' && point != '\n' || point >= 0x2000);
        var complaints = new Complaints();
        var read = NodeReader.read(new Origin(0, new SourceText("f", printed), false), complaints);
        assertThat(complaints.refusals()).isEmpty();
        assertThat(read.orElseThrow()).matches(tree::same);
    }

    private static Scalar text(String text) {
        return new Scalar(HERE, text, Kind.TEXT);
    }

    private static Member member(String key, Node value) {
        return new Member(HERE, key, value, Mark.NONE);
    }

    private static Mapping mapping(Member... members) {
        return new Mapping(HERE, List.of(members));
    }
}
