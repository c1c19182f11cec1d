package dev.banyan.engine.definition.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.engine.definition.schema.SchemaReader.Reading;
import dev.banyan.runtime.env.RandomSource;
import dev.banyan.runtime.env.SeededRandom;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompatibilityTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"type\": \"integer\"}         | {\"type\": \"number\"}                     | ``",
                "{\"type\": \"number\"}          | {\"type\": \"integer\"}                    | s.type: no longer takes number",
                "{\"type\": \"string\"}          | {\"type\": [\"string\", \"null\"]}         | ``",
                "{\"type\": \"string\"}          | {}                                         | ``",
                "{}                              | {\"type\": \"string\"}                     | s.type: no longer takes null",
                "{\"enum\": [1, 2]}              | {\"enum\": [2, 1.0, 3]}                    | ``",
                "{\"enum\": [1, 2]}              | {\"enum\": [2]}                            | s.enum: no longer takes every value",
                "{\"enum\": [1, 2]}              | {}                                         | ``",
                "{}                              | {\"enum\": [1]}                            | s.enum: no longer takes every value",
                "{\"maxLength\": 3}              | {\"maxLength\": 4}                         | ``",
                "{\"maxLength\": 3}              | {\"maxLength\": 2}                         | s: takes fewer numbers of length",
                "{\"pattern\": \"a\"}            | {}                                         | ``",
                "{\"pattern\": \"a\"}            | {\"pattern\": \"b\"}                       | s.pattern: may be dropped",
                "{}                              | {\"pattern\": \"b\"}                       | s.pattern: may be dropped",
                "{\"minimum\": 3}                | {\"minimum\": 2}                           | ``",
                "{\"minimum\": 3}                | {\"minimum\": 4}                           | s.minimum: is raised",
                "{}                              | {\"minimum\": 4}                           | s.minimum: is raised",
                "{\"maximum\": 3}                | {}                                         | ``",
                "{\"maximum\": 3}                | {\"maximum\": 2}                           | s.maximum: is lowered",
                "{}                              | {\"maximum\": 2}                           | s.maximum: is lowered",
                "{\"items\": {\"minimum\": 1}}   | {\"items\": {\"minimum\": 2}}              | s.items.minimum: is raised",
                "{\"minItems\": 1}               | {\"minItems\": 2}                          | s: takes fewer numbers of items",
                "{\"required\": [\"a\"]}         | {}                                         | ``",
                "{}                              | {\"required\": [\"a\"]}                    | s.required: now names a",
                "false                           | {\"type\": \"string\"}                     | ``",
                "{\"type\": \"string\"}          | false                                      | s: is removed",
                "{\"type\": \"string\", \"minimum\": 1} | {\"type\": \"string\", \"minimum\": 2} | ``",
            })
    void widensOnly(String before, String after, String problem) {
        var breaks = breaks(before, after);

        if (problem == null || problem.isBlank()) {
            assertThat(breaks).isEmpty();
        } else {
            assertThat(breaks).isNotEmpty();
            assertThat(breaks.getFirst()).startsWith(problem.strip());
        }
    }

    @Test
    void addsFieldsWhereOthersWereRefused() {
        assertThat(breaks(object("\"a\": true", false), object("\"a\": true, \"b\": {\"type\": \"string\"}", false)))
                .isEmpty();
    }

    @Test
    void addsNoFieldsWhereAnythingMayStandAlready() {
        assertThat(breaks(object("\"a\": true", true), object("\"a\": true, \"b\": {\"type\": \"boolean\"}", true)))
                .first()
                .asString()
                .startsWith("s.properties.b.type: no longer takes");
    }

    @Test
    void removesNoField() {
        assertThat(breaks(object("\"a\": true, \"b\": true", false), object("\"a\": true", false)))
                .containsExactly("s.properties.b: is removed");
        assertThat(breaks(object("\"a\": true, \"b\": true", false), object("\"a\": true", true)))
                .isEmpty();
    }

    @Test
    void opensButNeverCloses() {
        assertThat(breaks(object("\"a\": true", false), object("\"a\": true", true)))
                .isEmpty();
        assertThat(breaks(object("\"a\": true", true), object("\"a\": true", false)))
                .containsExactly("s.additionalProperties: is removed");
    }

    /** What is called compatible is: no value that the former takes is refused by the latter. */
    @Test
    void callsNothingCompatibleThatRefusesAFormerValue() {
        var random = new SeededRandom(20261121).fork("schemas");
        int compatible = 0;
        for (int round = 0; round < 5_000; round++) {
            var before = schema(random, 2);
            var after = schema(random, 2);
            if (breaks(before, after).isEmpty()) {
                compatible++;
                for (int i = 0; i < 20; i++) {
                    var value = value(random, 2);
                    if (SchemaCheck.check(read(before), "v", value).isEmpty()) {
                        assertThat(SchemaCheck.check(read(after), "v", value))
                                .as("%s takes %s, and %s is called compatible", before, value, after)
                                .isEmpty();
                    }
                }
            }
        }
        assertThat(compatible).isGreaterThan(100);
    }

    private static String schema(RandomSource random, int depth) {
        var parts = new ArrayList<String>();
        if (random.nextInt(10) == 0) {
            return Boolean.toString(random.nextInt(2) == 0);
        }
        if (random.nextInt(2) == 0) {
            var types = List.of("\"integer\"", "\"number\"", "\"string\"", "\"array\"", "\"object\"", "\"null\"");
            parts.add("\"type\": [" + types.get(random.nextInt(6)) + ", " + types.get(random.nextInt(6)) + "]");
        }
        if (random.nextInt(6) == 0) {
            parts.add("\"enum\": [" + random.nextInt(3) + ", \"a\"]");
        }
        if (random.nextInt(4) == 0) {
            parts.add("\"minimum\": " + random.nextInt(3) + ", \"maximum\": " + (2 + random.nextInt(3)));
        }
        if (random.nextInt(4) == 0) {
            parts.add("\"minLength\": " + random.nextInt(2) + ", \"maxLength\": " + (1 + random.nextInt(2)));
        }
        if (depth > 0 && random.nextInt(3) == 0) {
            parts.add("\"items\": " + schema(random, depth - 1) + ", \"maxItems\": " + random.nextInt(3));
        }
        if (depth > 0 && random.nextInt(2) == 0) {
            parts.add("\"properties\": {\"a\": " + schema(random, depth - 1)
                    + (random.nextInt(2) == 0 ? ", \"b\": " + schema(random, depth - 1) : "")
                    + "}, \"additionalProperties\": " + schema(random, depth - 1));
            if (random.nextInt(3) == 0) {
                parts.add("\"required\": [\"a\"]");
            }
        }
        return "{" + String.join(", ", parts) + "}";
    }

    private static JsonValue value(RandomSource random, int depth) {
        return switch (random.nextInt(depth > 0 ? 6 : 4)) {
            case 0 -> new JsonValue.Number(BigDecimal.valueOf(random.nextInt(6)));
            case 1 -> new JsonValue.Number(new BigDecimal("1.5"));
            case 2 -> new JsonValue.Text(List.of("", "a", "bb").get(random.nextInt(3)));
            case 3 -> new JsonValue.Nothing();
            case 4 ->
                new JsonValue.Items(
                        random.nextInt(2) == 0
                                ? List.of()
                                : List.of(value(random, depth - 1), value(random, depth - 1)));
            default -> {
                var fields = new LinkedHashMap<String, JsonValue>();
                for (var name : List.of("a", "b", "c")) {
                    if (random.nextInt(2) == 0) {
                        fields.put(name, value(random, depth - 1));
                    }
                }
                yield new JsonValue.Fields(fields);
            }
        };
    }

    private static String object(String fields, boolean open) {
        return "{\"type\": \"object\", \"properties\": {" + fields + "}, \"additionalProperties\": " + open + "}";
    }

    private static List<String> breaks(String before, String after) {
        return Compatibility.breaks("s", read(before), read(after)).stream()
                .map(each -> each.field() + ": " + each.message())
                .toList();
    }

    private static Schema read(String text) {
        return switch (SchemaReader.read("s", text)) {
            case Reading.Good(var schema) -> schema;
            case Reading.Bad bad -> throw new AssertionError(text + " is no schema: " + bad);
        };
    }
}
