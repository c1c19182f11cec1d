package dev.banyan.cli.output;

import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;

/** JSON of maps, collections, texts, numbers, booleans and optional values, of which a missing one is null; keys in the order of the map. Pure. */
public final class JsonOutput {
    private static final String INDENT = "  ";

    private JsonOutput() {}

    /**
     * A document that names its schema.
     *
     * @param schema such as {@code banyan.apps/1}; the number rises when a reader would have to change
     */
    public static String document(String schema, String key, Object value) {
        var text = new StringBuilder("{\n").append(INDENT).append("\"schema\": ");
        text(text, schema);
        text.append(",\n").append(INDENT);
        text(text, key);
        text.append(": ");
        value(text, value, INDENT);
        return text.append("\n}\n").toString();
    }

    /** A value on one line, for streams of documents. */
    public static String line(Object value) {
        var text = new StringBuilder();
        value(text, value, "");
        return text.toString().replaceAll("\n *", " ");
    }

    private static void value(StringBuilder text, Object value, String indent) {
        switch (value) {
            case Map<?, ?> map -> map(text, map, indent);
            case Collection<?> list -> list(text, list, indent);
            case Number number -> text.append(number);
            case Boolean bool -> text.append(bool);
            case Optional<?> maybe ->
                maybe.ifPresentOrElse(there -> value(text, there, indent), () -> text.append("null"));
            default -> text(text, value.toString());
        }
    }

    private static void map(StringBuilder text, Map<?, ?> map, String indent) {
        if (map.isEmpty()) {
            text.append("{}");
            return;
        }
        var inner = indent + INDENT;
        text.append('{');
        for (var entries = map.entrySet().iterator(); entries.hasNext(); ) {
            var entry = entries.next();
            text.append('\n').append(inner);
            text(text, entry.getKey().toString());
            text.append(": ");
            value(text, entry.getValue(), inner);
            comma(text, entries);
        }
        text.append('\n').append(indent).append('}');
    }

    private static void list(StringBuilder text, Collection<?> list, String indent) {
        if (list.isEmpty()) {
            text.append("[]");
            return;
        }
        var inner = indent + INDENT;
        text.append('[');
        for (var items = list.iterator(); items.hasNext(); ) {
            text.append('\n').append(inner);
            value(text, items.next(), inner);
            comma(text, items);
        }
        text.append('\n').append(indent).append(']');
    }

    private static void comma(StringBuilder text, Iterator<?> rest) {
        text.append(rest.hasNext() ? "," : "");
    }

    /** Everything beyond ASCII letters that could mislead a terminal or a parser is escaped. */
    private static void text(StringBuilder text, String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\t' -> text.append("\\t");
                default -> {
                    if (c < ' '
                            || Character.getType(c) == Character.FORMAT
                            || Character.isISOControl(c)
                            || Character.isSurrogate(c) && !paired(value, i)
                            || c == '\u2028'
                            || c == '\u2029') {
                        text.append(String.format("\\u%04x", (int) c));
                    } else {
                        text.append(c);
                    }
                }
            }
        }
        text.append('"');
    }

    private static boolean paired(String value, int at) {
        char c = value.charAt(at);
        return Character.isHighSurrogate(c)
                ? at + 1 < value.length() && Character.isLowSurrogate(value.charAt(at + 1))
                : at > 0 && Character.isHighSurrogate(value.charAt(at - 1));
    }
}
