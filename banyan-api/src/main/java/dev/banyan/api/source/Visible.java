package dev.banyan.api.source;

/** Makes text from elsewhere safe to print: a terminal obeys control characters, and readers are misled by reordered ones. */
public final class Visible {
    private Visible() {}

    /** The same text on one line: control characters and reordering marks appear as {@code \}{@code u}XXXX, tabs as a space. */
    public static String text(String raw) {
        if (raw.codePoints().noneMatch(Visible::hidden)) {
            return raw;
        }
        var shown = new StringBuilder();
        raw.codePoints().forEach(point -> append(shown, point));
        return shown.toString();
    }

    private static void append(StringBuilder shown, int point) {
        if (point == '\t') {
            shown.append(' ');
        } else if (hidden(point)) {
            shown.append("\\u").append(String.format("%04x", point));
        } else {
            shown.appendCodePoint(point);
        }
    }

    private static boolean hidden(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> true;
            default -> false;
        };
    }
}
