package dev.banyan.api.compose.node;

import dev.banyan.api.compose.node.Node.Mapping;
import dev.banyan.api.compose.node.Node.Member;
import dev.banyan.api.compose.node.Node.Scalar;
import dev.banyan.api.compose.node.Node.Sequence;
import java.util.regex.Pattern;

/** Writes a tree as a Compose file that reads as the same tree: in block style, with dollars doubled. */
public final class Printer {
    /** Text that no reader of YAML takes for anything but text. */
    private static final Pattern SAFE = Pattern.compile("[A-Za-z/_][A-Za-z0-9/_.-]*(:[A-Za-z0-9/_.-]+)*");

    /** Words that are values of other types to some reader. */
    private static final Pattern WORDS = Pattern.compile("(?i)true|false|yes|no|on|off|y|n|null|nan|_|[0-9]+:.*");

    private final StringBuilder text = new StringBuilder();

    private Printer() {}

    /** The file, ended by a line feed. */
    public static String print(Mapping document) {
        var printer = new Printer();
        if (document.members().isEmpty()) {
            return "{}\n";
        }
        printer.members(document, 0, false);
        return printer.text.toString();
    }

    /** One value of YAML on one line, as it is printed after a key. */
    public static String scalar(Scalar scalar) {
        if (scalar.isNull()) {
            return "null";
        }
        var written = scalar.text().replace("$", "$$");
        return switch (scalar.kind()) {
            case WHOLE, DECIMAL, BOOLEAN, NULL -> written;
            case PLAIN -> plain(written);
            case TEXT ->
                SAFE.matcher(written).matches() && !WORDS.matcher(written).matches() ? written : quoted(written);
        };
    }

    /** What an author wrote without quotes on one line may stand without again. */
    private static String plain(String written) {
        return written.matches("[A-Za-z0-9+./_-][A-Za-z0-9+./_-]*") && !written.startsWith("-")
                ? written
                : quoted(written);
    }

    private void members(Mapping mapping, int depth, boolean inItem) {
        boolean first = inItem;
        for (var member : mapping.members()) {
            if (!first) {
                indent(depth);
            }
            first = false;
            member(member, depth);
        }
    }

    private void member(Member member, int depth) {
        text.append(key(member.key())).append(':');
        switch (member.mark()) {
            case NONE -> {}
            case RESET -> text.append(" !reset");
            case OVERRIDE -> text.append(" !override");
        }
        value(member.value(), depth);
    }

    private static String key(String key) {
        return SAFE.matcher(key).matches()
                        && key.indexOf(':') < 0
                        && !WORDS.matcher(key).matches()
                ? key
                : quoted(key);
    }

    private void value(Node value, int depth) {
        switch (value) {
            case Scalar scalar -> text.append(' ').append(scalar(scalar)).append('\n');
            case Sequence sequence -> {
                text.append(sequence.items().isEmpty() ? " []\n" : "\n");
                items(sequence, depth + 1);
            }
            case Mapping mapping -> {
                text.append(mapping.members().isEmpty() ? " {}\n" : "\n");
                members(mapping, depth + 1, false);
            }
        }
    }

    private void items(Sequence sequence, int depth) {
        for (var item : sequence.items()) {
            indent(depth);
            text.append('-');
            switch (item) {
                case Mapping mapping
                when !mapping.members().isEmpty() -> {
                    text.append(' ');
                    members(mapping, depth + 1, true);
                }
                default -> value(item, depth);
            }
        }
    }

    private void indent(int depth) {
        text.append("  ".repeat(depth));
    }

    private static String quoted(String written) {
        var quoted = new StringBuilder("\"");
        written.codePoints().forEach(point -> escape(quoted, point));
        return quoted.append('"').toString();
    }

    private static void escape(StringBuilder quoted, int point) {
        switch (point) {
            case '"' -> quoted.append("\\\"");
            case '\\' -> quoted.append("\\\\");
            case '\n' -> quoted.append("\\n");
            case '\t' -> quoted.append("\\t");
            default -> {
                if (point >= ' ' && point <= '~' || Character.isLetterOrDigit(point)) {
                    quoted.appendCodePoint(point);
                } else {
                    quoted.append(point > 0xffff ? String.format("\\U%08x", point) : String.format("\\u%04x", point));
                }
            }
        }
    }
}
