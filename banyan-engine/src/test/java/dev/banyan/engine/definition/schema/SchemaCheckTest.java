package dev.banyan.engine.definition.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.banyan.engine.definition.schema.SchemaReader.Reading;
import dev.banyan.runtime.resource.Bytes;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaCheckTest {
    private static final String ZONE =
            """
            {"type": "object", "additionalProperties": false, "required": ["name"], "minProperties": 1, "maxProperties": 6,
             "properties": {
               "name": {"type": "string", "minLength": 2, "maxLength": 5, "pattern": "^[a-z]+$"},
               "hour": {"type": "integer", "minimum": 0, "maximum": 23},
               "share": {"type": "number"},
               "mode": {"enum": ["on", 1, null]},
               "ports": {"type": "array", "minItems": 1, "maxItems": 2, "items": {"type": "integer"}},
               "labels": {"type": "object", "additionalProperties": {"type": "string"}},
               "note": {"type": ["string", "null"]}}}
            """;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"name\": \"abc\"}                                  | ``",
                "{\"name\": \"abc\", \"hour\": 23.0}                  | ``",
                "{\"name\": \"abc\", \"share\": 1, \"mode\": 1.0}     | ``",
                "{\"name\": \"abc\", \"mode\": null, \"note\": null}  | ``",
                "{\"name\": \"abc\", \"labels\": {\"a\": \"b\"}}      | ``",
                "{\"hour\": 1}                                        | spec.name: is required",
                "{\"name\": \"a\"}                                    | spec.name: must have 2 to 5 characters, not 1",
                "{\"name\": \"ABC\"}                                  | spec.name: must match ^[a-z]+$",
                "{\"name\": \"abc\", \"hour\": 24}                    | spec.hour: must be 23 or less",
                "{\"name\": \"abc\", \"hour\": -1}                    | spec.hour: must be 0 or more",
                "{\"name\": \"abc\", \"hour\": 1.5}                   | spec.hour: must be integer, not number",
                "{\"name\": \"abc\", \"hour\": \"1\"}                 | spec.hour: must be integer, not string",
                "{\"name\": \"abc\", \"mode\": \"off\"}               | spec.mode: must be one of on, 1, null",
                "{\"name\": \"abc\", \"ports\": []}                   | spec.ports: must have 1 to 2 items, not 0",
                "{\"name\": \"abc\", \"ports\": [1, true]}            | spec.ports[1]: must be integer, not boolean",
                "{\"name\": \"abc\", \"labels\": {\"a\": 1}}          | spec.labels.a: must be string, not integer",
                "{\"name\": \"abc\", \"note\": 1}                     | spec.note: must be null or string, not integer",
                "{\"name\": \"abc\", \"nmae\": 1}                     | spec.nmae: is not known here",
                "[]                                                   | spec: must be object, not array",
            })
    void saysWhatIsWrongAndWhere(String value, String problem) throws Exception {
        var expected = problem == null || problem.isBlank() ? List.<String>of() : List.of(problem.strip());

        assertThat(problems(ZONE, value)).containsExactlyElementsOf(expected);
    }

    @Test
    void countsFieldsAndSaysEverythingAtOnce() throws Exception {
        assertThat(problems(ZONE, "{}"))
                .containsExactly("spec: must have 1 to 6 fields, not 0", "spec.name: is required");
    }

    @Test
    void countsCharactersAsPeopleDo() throws Exception {
        assertThat(problems("{\"maxLength\": 1}", "\"\uD83D\uDE00\"")).isEmpty();
    }

    @Test
    void stopsAtTwentyProblems() throws Exception {
        var values = "[" + "1,".repeat(50) + "1]";

        assertThat(problems("{\"items\": {\"type\": \"string\"}}", values)).hasSize(SchemaCheck.PROBLEMS_MAX);
    }

    @Test
    void matchesAPatternThatWouldKeepOthersBusyForEver() throws Exception {
        var value = "\"" + "a".repeat(5_000) + "!\"";

        assertThat(problems("{\"pattern\": \"^(a+)+$\"}", value)).hasSize(1);
    }

    @Test
    void readsJsonAndNothingElse() {
        for (var text : List.of(
                "",
                "{a: 1}",
                "{'a': 1}",
                "[1,]",
                "[1 2]",
                "NaN",
                "1e999",
                "TRUE",
                "// x\n1",
                "{\"a\": 1, \"a\": 1}",
                "1 1")) {
            assertThatThrownBy(() -> JsonText.parse(text)).as(text).isInstanceOf(JsonText.Malformed.class);
        }
        assertThatThrownBy(() -> JsonText.parse(Bytes.copyOf(new byte[] {'"', (byte) 0xC3, '"'})))
                .hasMessage("is not UTF-8");
        assertThatThrownBy(() -> JsonText.parse("1".repeat(101))).hasMessageContaining("more than 100 characters");
    }

    @Test
    void namesThePlaceOfAKeyThatComesTwice() {
        assertThatThrownBy(() -> JsonText.parse("{\"a\": [{\"b\": 1, \"b\": 2}]}"))
                .isInstanceOfSatisfying(JsonText.Malformed.class, malformed -> assertThat(malformed.path())
                        .isEqualTo("a[0].b"));
    }

    private static List<String> problems(String schema, String value) throws JsonText.Malformed {
        if (!(SchemaReader.read("", schema) instanceof Reading.Good(var read))) {
            throw new AssertionError("no schema: " + schema);
        }
        return SchemaCheck.check(read, "spec", JsonText.parse(value)).stream()
                .map(each -> each.field() + ": " + each.message())
                .toList();
    }
}
