package dev.banyan.cli.output;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a program reads: one value under a name of its own.
 *
 * @param schema such as {@code banyan.apps/1}; the number rises when a reader would have to change
 * @param value of maps, collections, texts, numbers, booleans and optional values
 */
public record Document(String schema, String key, Object value) {
    /** As text that ends with a line feed; a table is none, so programs that asked for nothing get JSON. */
    public String in(Format format) {
        return switch (format) {
            case json, table -> JsonOutput.document(schema, key, value);
            case yaml -> {
                var whole = new LinkedHashMap<String, Object>();
                whole.put("schema", schema);
                whole.put(key, value);
                yield YamlOutput.text(whole);
            }
        };
    }

    /** One of a stream of documents: a line of JSON, or a document of a YAML stream. */
    public static String one(Format format, Map<String, Object> item) {
        return format == Format.yaml ? "---\n" + YamlOutput.text(item) : JsonOutput.line(item) + "\n";
    }
}
