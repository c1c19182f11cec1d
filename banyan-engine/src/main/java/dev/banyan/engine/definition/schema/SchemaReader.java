package dev.banyan.engine.definition.schema;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.banyan.engine.definition.schema.Schema.Lists;
import dev.banyan.engine.definition.schema.Schema.Numbers;
import dev.banyan.engine.definition.schema.Schema.Objects;
import dev.banyan.engine.definition.schema.Schema.Range;
import dev.banyan.engine.definition.schema.Schema.Texts;
import dev.banyan.engine.definition.schema.Schema.Type;
import dev.banyan.runtime.store.WriteOutcome.Violation;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads a schema and collects everything that is wrong with it. For one schema, by one task. */
public final class SchemaReader {
    /** Longest text of a schema in bytes: ten times what a large one of Kubernetes' own kinds would need without descriptions. */
    public static final int TEXT_MAX = 64 * 1024;

    /** Most schemas inside of one. */
    static final int SCHEMAS_MAX = 1_000;

    private static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";
    private static final int PATTERN_MAX = 256;

    /** A counted repetition is unrolled when a pattern is compiled. */
    private static final java.util.regex.Pattern REPEATED = java.util.regex.Pattern.compile("\\{[0-9,]+}");

    private static final int REPEATED_MAX = 2;
    private static final int CHOICES_MAX = 200;
    private static final Set<String> TEXT_ONLY = Set.of("title", "description", "$comment");
    private static final Set<String> KNOWN = Set.of(
            "type",
            "enum",
            "minLength",
            "maxLength",
            "pattern",
            "minimum",
            "maximum",
            "minItems",
            "maxItems",
            "items",
            "minProperties",
            "maxProperties",
            "properties",
            "required",
            "additionalProperties");

    private final List<Violation> problems = new ArrayList<>();
    private int schemas;

    private SchemaReader() {}

    /** What became of a text: a schema, or every reason why not. */
    public sealed interface Reading {
        /** A schema. */
        record Good(Schema schema) implements Reading {}

        /** No schema. */
        record Bad(List<Violation> problems) implements Reading {
            public Bad {
                problems = List.copyOf(problems);
            }
        }
    }

    /** Reads a schema; {@code path} is where problems are said to be. */
    public static Reading read(String path, String text) {
        if (text.length() > TEXT_MAX) {
            return new Reading.Bad(List.of(new Violation(path, "is longer than " + TEXT_MAX / 1024 + " KiB")));
        }
        try {
            var reader = new SchemaReader();
            var schema = reader.root(path, JsonText.parse(text));
            return reader.problems.isEmpty() ? new Reading.Good(schema) : new Reading.Bad(reader.problems);
        } catch (JsonText.Malformed malformed) {
            var where = malformed.path().isEmpty() ? path : Paths.field(path, malformed.path());
            return new Reading.Bad(List.of(new Violation(where, malformed.words())));
        }
    }

    private Schema root(String path, JsonValue value) {
        if (value instanceof JsonValue.Fields fields && fields.values().containsKey("$schema")) {
            if (!new JsonValue.Text(DIALECT).equals(fields.values().get("$schema"))) {
                problem(Paths.field(path, "$schema"), "is " + DIALECT + ", or left out");
            }
            var rest = new LinkedHashMap<>(fields.values());
            rest.remove("$schema");
            return schema(path, new JsonValue.Fields(rest));
        }
        return schema(path, value);
    }

    private Schema schema(String path, JsonValue value) {
        if (++schemas > SCHEMAS_MAX) {
            if (schemas == SCHEMAS_MAX + 1) {
                problem(path, "is one of more than " + SCHEMAS_MAX + " schemas in one");
            }
            return Schema.ANY;
        }
        return switch (value) {
            case JsonValue.Truth(var any) -> any ? Schema.ANY : Schema.NONE;
            case JsonValue.Fields(var keywords) -> schema(path, keywords);
            case JsonValue.Items i -> notASchema(path);
            case JsonValue.Text t -> notASchema(path);
            case JsonValue.Number n -> notASchema(path);
            case JsonValue.Nothing n -> notASchema(path);
        };
    }

    private Schema schema(String path, Map<String, JsonValue> keywords) {
        keywords.forEach((keyword, value) -> known(Paths.field(path, keyword), keyword, value));
        var at = new Place(path, keywords);
        return new Schema(types(at), choices(at), texts(at), numbers(at), lists(at), objects(at));
    }

    /** A schema's keywords, and where they stand. */
    private record Place(String path, Map<String, JsonValue> keywords) {
        Optional<JsonValue> value(String keyword) {
            return Optional.ofNullable(keywords.get(keyword));
        }

        String path(String keyword) {
            return Paths.field(path, keyword);
        }
    }

    private void known(String path, String keyword, JsonValue value) {
        if (TEXT_ONLY.contains(keyword)) {
            if (!(value instanceof JsonValue.Text)) {
                problem(path, "is a string");
            }
        } else if (!KNOWN.contains(keyword)) {
            problem(
                    path,
                    "is not supported; understood are "
                            + String.join(", ", KNOWN.stream().sorted().toList()));
        }
    }

    private Set<Type> types(Place at) {
        var words = at.value("type");
        if (words.isEmpty()) {
            return Schema.ANY.types();
        }
        var types = EnumSet.noneOf(Type.class);
        var path = at.path("type");
        if (words.get() instanceof JsonValue.Items(var many)) {
            if (many.isEmpty()) {
                problem(path, "names no type; say false instead of a schema where nothing is good");
            }
            many.forEach(word -> type(path, word).ifPresent(types::add));
        } else {
            type(path, words.get()).ifPresent(types::add);
        }
        if (types.contains(Type.NUMBER)) {
            types.add(Type.INTEGER);
        }
        return types;
    }

    private Optional<Type> type(String path, JsonValue word) {
        for (var type : Type.values()) {
            if (word.equals(new JsonValue.Text(type.word()))) {
                return Optional.of(type);
            }
        }
        problem(path, "is one of null, boolean, integer, number, string, array, object, or a list of them");
        return Optional.empty();
    }

    private List<JsonValue> choices(Place at) {
        var value = at.value("enum");
        if (value.isEmpty()) {
            return List.of();
        }
        if (value.get() instanceof JsonValue.Items(var many) && !many.isEmpty() && many.size() <= CHOICES_MAX) {
            return many;
        }
        problem(at.path("enum"), "is a list of 1 to " + CHOICES_MAX + " values");
        return List.of();
    }

    private Texts texts(Place at) {
        return new Texts(range(at, "minLength", "maxLength"), pattern(at));
    }

    private Optional<Pattern> pattern(Place at) {
        var value = at.value("pattern");
        if (value.isEmpty()) {
            return Optional.empty();
        }
        var path = at.path("pattern");
        if (!(value.get() instanceof JsonValue.Text(var text)) || text.length() > PATTERN_MAX) {
            problem(path, "is a string of at most " + PATTERN_MAX + " characters");
            return Optional.empty();
        }
        if (REPEATED.matcher(text).results().count() > REPEATED_MAX) {
            problem(path, "has more than " + REPEATED_MAX + " counted repetitions");
            return Optional.empty();
        }
        try {
            return Optional.of(Pattern.compile(text));
        } catch (PatternSyntaxException malformed) {
            problem(path, "is no pattern of RE2: " + malformed.getDescription() + ": " + malformed.getPattern());
            return Optional.empty();
        }
    }

    private Numbers numbers(Place at) {
        var numbers = new Numbers(number(at, "minimum"), number(at, "maximum"));
        if (numbers.least().isPresent()
                && numbers.most().isPresent()
                && numbers.least().get().compareTo(numbers.most().get()) > 0) {
            problem(at.path("minimum"), "is above the maximum");
        }
        return numbers;
    }

    private Optional<BigDecimal> number(Place at, String keyword) {
        return at.value(keyword).flatMap(value -> {
            if (value instanceof JsonValue.Number(var number)) {
                return Optional.of(number);
            }
            problem(at.path(keyword), "is a number");
            return Optional.empty();
        });
    }

    private Lists lists(Place at) {
        return new Lists(range(at, "minItems", "maxItems"), below(at, "items"));
    }

    private Objects objects(Place at) {
        var fields = fields(at);
        var rest = below(at, "additionalProperties");
        if (at.value("properties").isPresent() && rest.isEmpty()) {
            problem(
                    at.path("additionalProperties"),
                    "is missing: say false, so that a wrong name is noticed and fields can be added later, or what"
                            + " else is good");
        }
        var required = required(at);
        for (var name : required) {
            if (!fields.containsKey(name) && rest.filter(Schema::nothing).isPresent()) {
                problem(at.path("required"), "names " + name + ", which is not among the properties");
            }
        }
        return new Objects(range(at, "minProperties", "maxProperties"), fields, required, rest);
    }

    private Map<String, Schema> fields(Place at) {
        var value = at.value("properties");
        var fields = new LinkedHashMap<String, Schema>();
        if (value.isPresent() && value.get() instanceof JsonValue.Fields(var named)) {
            named.forEach((name, each) -> fields.put(name, schema(Paths.field(at.path("properties"), name), each)));
        } else if (value.isPresent()) {
            problem(at.path("properties"), "is an object of schemas");
        }
        return fields;
    }

    private Set<String> required(Place at) {
        var value = at.value("required");
        var names = new LinkedHashSet<String>();
        if (value.isPresent()) {
            var items = value.get() instanceof JsonValue.Items(var many) ? many : List.<JsonValue>of();
            for (var item : items) {
                if (item instanceof JsonValue.Text(var name)) {
                    names.add(name);
                }
            }
            if (names.size() != items.size() || !(value.get() instanceof JsonValue.Items)) {
                problem(at.path("required"), "is a list of different names");
            }
        }
        return names;
    }

    private Optional<Schema> below(Place at, String keyword) {
        return at.value(keyword).map(value -> schema(at.path(keyword), value));
    }

    private Range range(Place at, String least, String most) {
        var range = new Range(
                count(at, least).orElse(Range.ANY.least()), count(at, most).orElse(Range.ANY.most()));
        if (range.least() > range.most()) {
            problem(at.path(least), "is above " + most);
        }
        return range;
    }

    private Optional<Long> count(Place at, String keyword) {
        return at.value(keyword).flatMap(value -> {
            if (value instanceof JsonValue.Number number
                    && number.whole()
                    && number.value().signum() >= 0
                    && number.value().compareTo(BigDecimal.valueOf(Integer.MAX_VALUE)) <= 0) {
                return Optional.of(number.value().longValueExact());
            }
            problem(at.path(keyword), "is a whole number from 0 to " + Integer.MAX_VALUE);
            return Optional.empty();
        });
    }

    private Schema notASchema(String path) {
        problem(path, "is no schema: that is an object, or true, or false");
        return Schema.ANY;
    }

    private void problem(String path, String message) {
        problems.add(new Violation(path, message));
    }
}
