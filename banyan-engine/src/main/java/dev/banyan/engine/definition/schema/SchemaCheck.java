package dev.banyan.engine.definition.schema;

import dev.banyan.engine.definition.schema.Schema.Type;
import dev.banyan.runtime.store.WriteOutcome.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Says what is wrong with a value. For one value, by one task. */
public final class SchemaCheck {
    /** Who has made more mistakes sees the rest when these are mended. */
    static final int PROBLEMS_MAX = 20;

    /** Longer ones are not shown in a message. */
    private static final int SHOWN_MAX = 60;

    private final List<Violation> problems = new ArrayList<>();

    private SchemaCheck() {}

    /** Everything that is wrong with {@code value}, which is at {@code path}; the first of it where there is much. */
    public static List<Violation> check(Schema schema, String path, JsonValue value) {
        var check = new SchemaCheck();
        check.value(schema, path, value);
        return List.copyOf(check.problems);
    }

    private void value(Schema schema, String path, JsonValue value) {
        if (problems.size() >= PROBLEMS_MAX) {
            return;
        }
        if (schema.nothing()) {
            problem(path, "is not known here");
        } else if (!schema.types().contains(typeOf(value))) {
            problem(path, "must be " + words(schema) + ", not " + typeOf(value).word());
        } else if (!schema.choices().isEmpty() && !schema.choices().contains(value)) {
            problem(path, "must be one of " + shown(schema.choices()));
        } else {
            inside(schema, path, value);
        }
    }

    private void inside(Schema schema, String path, JsonValue value) {
        switch (value) {
            case JsonValue.Text(var text) -> text(schema.texts(), path, text);
            case JsonValue.Number number -> number(schema.numbers(), path, number);
            case JsonValue.Items(var items) -> items(schema.lists(), path, items);
            case JsonValue.Fields fields -> fields(schema.objects(), path, fields);
            case JsonValue.Truth truth -> {}
            case JsonValue.Nothing nothing -> {}
        }
    }

    private void text(Schema.Texts wanted, String path, String text) {
        count(wanted.length(), path, text.codePointCount(0, text.length()), "characters");
        wanted.pattern()
                .filter(pattern -> !pattern.matcher(text).find())
                .ifPresent(pattern -> problem(path, "must match " + pattern.pattern()));
    }

    private void number(Schema.Numbers wanted, String path, JsonValue.Number number) {
        wanted.least()
                .filter(least -> number.value().compareTo(least) < 0)
                .ifPresent(least -> problem(path, "must be " + least.toPlainString() + " or more"));
        wanted.most()
                .filter(most -> number.value().compareTo(most) > 0)
                .ifPresent(most -> problem(path, "must be " + most.toPlainString() + " or less"));
    }

    private void items(Schema.Lists wanted, String path, List<JsonValue> items) {
        count(wanted.count(), path, items.size(), "items");
        wanted.items().ifPresent(each -> {
            for (int i = 0; i < items.size(); i++) {
                value(each, Paths.item(path, i), items.get(i));
            }
        });
    }

    private void fields(Schema.Objects wanted, String path, JsonValue.Fields fields) {
        count(wanted.count(), path, fields.values().size(), "fields");
        wanted.required().stream()
                .sorted()
                .filter(name -> !fields.values().containsKey(name))
                .forEach(name -> problem(Paths.field(path, name), "is required"));
        fields.values().forEach((name, value) -> value(wanted.field(name), Paths.field(path, name), value));
    }

    private void count(Schema.Range wanted, String path, long count, String what) {
        if (!wanted.has(count)) {
            var most = wanted.most() == Long.MAX_VALUE ? " or more" : " to " + wanted.most();
            problem(path, "must have " + wanted.least() + most + " " + what + ", not " + count);
        }
    }

    private static Type typeOf(JsonValue value) {
        return switch (value) {
            case JsonValue.Fields f -> Type.OBJECT;
            case JsonValue.Items i -> Type.ARRAY;
            case JsonValue.Text t -> Type.STRING;
            case JsonValue.Number number -> number.whole() ? Type.INTEGER : Type.NUMBER;
            case JsonValue.Truth t -> Type.BOOLEAN;
            case JsonValue.Nothing n -> Type.NULL;
        };
    }

    private static String words(Schema schema) {
        boolean anyNumber = schema.types().contains(Type.NUMBER);
        return schema.types().stream()
                .filter(type -> type != Type.INTEGER || !anyNumber)
                .sorted()
                .map(Type::word)
                .collect(Collectors.joining(" or "));
    }

    private static String shown(List<JsonValue> choices) {
        var text = choices.stream().map(SchemaCheck::shown).collect(Collectors.joining(", "));
        return text.length() <= SHOWN_MAX ? text : text.substring(0, SHOWN_MAX) + "...";
    }

    private static String shown(JsonValue choice) {
        return switch (choice) {
            case JsonValue.Text(var text) -> text;
            case JsonValue.Number(var number) -> number.toPlainString();
            case JsonValue.Truth(var truth) -> Boolean.toString(truth);
            case JsonValue.Nothing n -> "null";
            case JsonValue.Fields f -> "{...}";
            case JsonValue.Items i -> "[...]";
        };
    }

    private void problem(String path, String message) {
        if (problems.size() < PROBLEMS_MAX) {
            problems.add(new Violation(path, message));
        }
    }
}
