package dev.banyan.api.compose.node;

import dev.banyan.api.compose.node.Node.Mapping;
import dev.banyan.api.compose.node.Node.Scalar;
import dev.banyan.api.compose.node.Node.Sequence;

/** Writes a tree without marks as a Compose file in JSON that reads as the same tree, with dollars doubled. */
public final class JsonPrinter {
    private static final String INDENT = "  ";

    private final StringBuilder text = new StringBuilder();

    private JsonPrinter() {}

    /** The file, ended by a line feed. */
    public static String print(Mapping document) {
        var printer = new JsonPrinter();
        printer.node(document, "\n");
        return printer.text.append('\n').toString();
    }

    private void node(Node node, String line) {
        switch (node) {
            case Scalar scalar -> scalar(scalar);
            case Sequence sequence -> sequence(sequence, line);
            case Mapping mapping -> mapping(mapping, line);
        }
    }

    private void mapping(Mapping mapping, String line) {
        var separator = "{";
        for (var member : mapping.members()) {
            text.append(separator).append(line).append(INDENT);
            quoted(member.key());
            text.append(": ");
            node(member.value(), line + INDENT);
            separator = ",";
        }
        text.append(mapping.members().isEmpty() ? "{}" : line + "}");
    }

    private void sequence(Sequence sequence, String line) {
        var separator = "[";
        for (var item : sequence.items()) {
            text.append(separator).append(line).append(INDENT);
            node(item, line + INDENT);
            separator = ",";
        }
        text.append(sequence.items().isEmpty() ? "[]" : line + "]");
    }

    private void scalar(Scalar scalar) {
        if (scalar.isNull()) {
            text.append("null");
            return;
        }
        switch (scalar.kind()) {
            case WHOLE, DECIMAL, BOOLEAN -> text.append(scalar.text());
            case TEXT, PLAIN, NULL -> quoted(scalar.text().replace("$", "$$"));
        }
    }

    /** What is not plainly visible is escaped, so that no reader and no terminal takes it for something else. */
    private void quoted(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\t' -> text.append("\\t");
                default -> {
                    boolean visible = c >= ' ' && c <= '~' || Character.isLetterOrDigit(c);
                    text.append(visible ? Character.toString(c) : String.format("\\u%04x", (int) c));
                }
            }
        }
        text.append('"');
    }
}
