package dev.banyan.engine.definition.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.engine.definition.schema.SchemaReader.Reading;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaReaderTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"typ\": \"string\"}                                        | s.typ: is not supported",
                "{\"$ref\": \"#/x\"}                                          | s.$ref: is not supported",
                "{\"default\": 1}                                             | s.default: is not supported",
                "{\"type\": \"text\"}                                         | s.type: is one of null",
                "{\"type\": []}                                               | s.type: names no type",
                "{\"enum\": []}                                               | s.enum: is a list of 1 to 200",
                "{\"pattern\": \"(\"}                                         | s.pattern: is no pattern of RE2",
                "{\"pattern\": \"a{9}b{9}c{9}\"}                              | s.pattern: has more than 2 counted",
                "{\"minLength\": -1}                                          | s.minLength: is a whole number",
                "{\"maxItems\": 1.5}                                          | s.maxItems: is a whole number",
                "{\"minLength\": 3, \"maxLength\": 2}                         | s.minLength: is above maxLength",
                "{\"minimum\": \"3\"}                                         | s.minimum: is a number",
                "{\"minimum\": 3, \"maximum\": 2}                             | s.minimum: is above the maximum",
                "{\"properties\": {}}                                         | s.additionalProperties: is missing",
                "{\"properties\": [], \"additionalProperties\": false}        | s.properties: is an object of schemas",
                "{\"required\": [\"a\", \"a\"]}                               | s.required: is a list of different names",
                "{\"required\": [\"a\"], \"additionalProperties\": false}     | s.required: names a, which is not among",
                "{\"items\": 3}                                               | s.items: is no schema",
                "{\"title\": 3}                                               | s.title: is a string",
                "{\"$schema\": \"http://json-schema.org/draft-07/schema#\"}   | s.$schema: is https://json-schema.org/draft/2020-12",
                "[]                                                           | s: is no schema",
                "{                                                            | s: is not JSON",
                "{\"type\": \"string\", \"type\": \"null\"}                   | s.type: is there twice",
                "{} {}                                                        | s: is not JSON at line 1 column 5",
            })
    void saysWhatIsWrongAndWhere(String text, String problem) {
        assertThat(problems(text)).singleElement().asString().startsWith(problem.strip());
    }

    @Test
    void saysEverythingThatIsWrongAtOnce() {
        var text = "{\"properties\": {\"a\": {\"type\": \"no\"}, \"b\": {\"items\": {\"minItems\": -1}}}, "
                + "\"additionalProperties\": false}";

        assertThat(problems(text))
                .extracting(problem -> problem.substring(0, problem.indexOf(':')))
                .containsExactlyInAnyOrder("s.properties.a.type", "s.properties.b.items.minItems");
    }

    @Test
    void takesEveryKeywordThatIsPromised() {
        var text =
                """
                {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "t", "description": "d", "$comment": "c",
                 "type": ["object", "null"], "minProperties": 1, "maxProperties": 9, "required": ["a"],
                 "properties": {
                   "a": {"type": "string", "minLength": 1, "maxLength": 9, "pattern": "^[a-z]{1,9}$", "enum": ["x"]},
                   "b": {"type": "integer", "minimum": 0, "maximum": 9},
                   "c": {"type": "array", "minItems": 1, "maxItems": 3, "items": {"type": "number"}},
                   "d": true, "e": false},
                 "additionalProperties": {"type": "boolean"}}
                """;

        assertThat(SchemaReader.read("s", text)).isInstanceOf(Reading.Good.class);
    }

    @Test
    void boundsTextDepthAndNumberOfSchemas() {
        assertThat(problems(" ".repeat(SchemaReader.TEXT_MAX) + "{}")).containsExactly("s: is longer than 64 KiB");
        assertThat(problems("{\"items\":".repeat(40) + "true" + "}".repeat(40)))
                .singleElement()
                .asString()
                .contains("nested deeper than 32 levels");
        var fields = new StringBuilder("{\"additionalProperties\": false, \"properties\": {\"a\": true");
        for (int i = 0; i < SchemaReader.SCHEMAS_MAX; i++) {
            fields.append(", \"f").append(i).append("\": true");
        }
        assertThat(problems(fields.append("}}").toString()))
                .singleElement()
                .asString()
                .contains("more than 1000 schemas");
    }

    private static List<String> problems(String text) {
        return switch (SchemaReader.read("s", text)) {
            case Reading.Good good -> List.of();
            case Reading.Bad(var problems) ->
                problems.stream()
                        .map(each -> each.field() + ": " + each.message())
                        .toList();
        };
    }
}
