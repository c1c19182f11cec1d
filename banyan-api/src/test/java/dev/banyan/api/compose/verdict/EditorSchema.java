package dev.banyan.api.compose.verdict;

import dev.banyan.api.compose.node.Kind;
import dev.banyan.api.compose.schema.ComposeKeys;
import dev.banyan.api.compose.schema.Form;
import dev.banyan.api.compose.schema.Shape;
import dev.banyan.api.compose.schema.Shape.Fields;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes {@code docs/compose-schema.json}, a JSON schema for editors, from the tables of keys and verdicts. It is no judge: where a
 * value has many forms it is generous.
 */
final class EditorSchema {
    /** Values may be written as variables, so text is always possible. */
    private static final List<String> SCALARS = List.of("string", "number", "boolean", "null");

    private EditorSchema() {}

    static String text() {
        var schema = new LinkedHashMap<String, Object>();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("title", "A Compose file for Banyan");
        schema.putAll(schema(ComposeKeys.DOCUMENT, ""));
        return json(schema, "") + "\n";
    }

    private static Map<String, Object> schema(Shape shape, String path) {
        return switch (shape) {
            case Shape.One one -> scalar(one.form());
            case Shape.Located located -> Map.of("type", List.of("string", "null"));
            case Shape.Words words -> words();
            case Shape.Listed list -> listed(list, path);
            case Shape.Named named -> named(named, path);
            case Shape.Pairs pairs -> pairs();
            case Shape.Hosts hosts -> pairs();
            case Shape.External external -> Map.of("type", List.of("boolean", "string", "object", "null"));
            case Shape.Free free -> Map.of();
            case Fields fields -> fields(fields, path);
        };
    }

    private static Map<String, Object> scalar(Form form) {
        boolean flag = form.read("true", false) instanceof Form.Reading.Value value && value.kind() == Kind.BOOLEAN;
        boolean text = form.read("some", false) instanceof Form.Reading.Value;
        return flag && !text ? Map.of("type", List.of("string", "boolean", "null")) : scalars();
    }

    private static Map<String, Object> scalars() {
        return Map.of("type", SCALARS);
    }

    private static Map<String, Object> words() {
        var schema = new LinkedHashMap<String, Object>();
        schema.put("type", List.of("string", "array", "null"));
        schema.put("items", scalars());
        return schema;
    }

    private static Map<String, Object> listed(Shape.Listed list, String path) {
        var schema = new LinkedHashMap<String, Object>();
        schema.put("type", list.alone() ? List.of("array", "string", "number", "null") : List.of("array", "null"));
        schema.put("items", schema(list.item(), path + ".*"));
        return schema;
    }

    private static Map<String, Object> named(Shape.Named named, String path) {
        var schema = new LinkedHashMap<String, Object>();
        schema.put("type", named.listed().isPresent() ? List.of("object", "array", "null") : List.of("object", "null"));
        schema.put("additionalProperties", schema(named.value(), path + ".*"));
        return schema;
    }

    private static Map<String, Object> pairs() {
        var schema = new LinkedHashMap<String, Object>();
        schema.put("type", List.of("object", "array", "null"));
        schema.put("additionalProperties", Map.of("type", List.of("string", "number", "boolean", "array", "null")));
        return schema;
    }

    private static Map<String, Object> fields(Fields fields, String path) {
        var properties = new LinkedHashMap<String, Object>();
        fields.keys().forEach((key, shape) -> {
            var below = path.isEmpty() ? key : path + "." + key;
            properties.put(key, property(shape, below));
        });
        var schema = new LinkedHashMap<String, Object>();
        var types = new ArrayList<>(List.of("object", "null"));
        fields.form().ifPresent(form -> types.addAll(1, List.of("string", "number")));
        schema.put("type", types);
        schema.put("properties", properties);
        schema.put("patternProperties", Map.of("^x-(?!banyan-)", Map.of()));
        schema.put("additionalProperties", false);
        return schema;
    }

    private static Map<String, Object> property(Shape shape, String path) {
        var verdict = Verdicts.ALL.of(path);
        var words = ComposePage.words(verdict);
        var schema = new LinkedHashMap<String, Object>();
        if (verdict instanceof Verdict.Refused refused) {
            schema.put("description", "Refused" + (refused.yet() ? ", not yet supported: " : ": ") + words);
            schema.put("deprecated", true);
        } else if (!words.isEmpty()) {
            schema.put("description", words);
        }
        schema.putAll(schema(shape, path));
        return schema;
    }

    /** Keys in the order of the table; short things on one line. */
    static String json(Object value, String indent) {
        return switch (value) {
            case Map<?, ?> map -> {
                var entries = map.entrySet().stream()
                        .map(entry -> quoted(entry.getKey().toString()) + ": " + json(entry.getValue(), indent + "  "))
                        .toList();
                yield block("{", entries, "}", indent);
            }
            case List<?> list ->
                block("[", list.stream().map(item -> json(item, indent + "  ")).toList(), "]", indent);
            case Boolean flag -> flag.toString();
            default -> quoted(value.toString());
        };
    }

    private static String block(String open, List<String> parts, String close, String indent) {
        var line = open + String.join(", ", parts) + close;
        boolean whole = line.length() <= 100 && line.indexOf('\n') < 0;
        return whole
                ? line
                : open + "\n" + indent + "  " + String.join(",\n" + indent + "  ", parts) + "\n" + indent + close;
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
