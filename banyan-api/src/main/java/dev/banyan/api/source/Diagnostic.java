package dev.banyan.api.source;

import java.util.Optional;

/**
 * One thing that is wrong in a text.
 *
 * @param file name of the text
 * @param position where the offending part begins
 * @param field path of the field, such as {@code services.web.ports[0]}; empty when the text as a whole is meant
 * @param message what is wrong, as a phrase that follows the field
 * @param suggestion what to write instead, as a sentence; empty when there is no good guess
 * @param sourceLine the line that holds the position; empty to print none, as for files that hold secrets
 */
public record Diagnostic(
        String file,
        Position position,
        String field,
        String message,
        Optional<String> suggestion,
        Optional<String> sourceLine) {
    /** Most columns of a source line that are printed; a longer one is cut around the caret. */
    private static final int COLUMNS_MAX = 120;

    /** Columns kept before the caret when a line is cut. */
    private static final int COLUMNS_BEFORE = 60;

    /** {@code file:line:column}. */
    public String place() {
        return Visible.text(file) + ":" + position.line() + ":" + position.column();
    }

    /** Place, field and message, then the source line with a caret and the suggestion; several lines, each ended by a line feed. */
    public String render() {
        var text = new StringBuilder(place()).append(": ");
        if (!field.isEmpty()) {
            text.append(Visible.text(field)).append(": ");
        }
        text.append(Visible.text(message)).append('\n');
        sourceLine.ifPresentOrElse(line -> appendSource(text, line), () -> appendSuggestion(text));
        return text.toString();
    }

    private void appendSource(StringBuilder text, String line) {
        int caret = Math.max(0, Math.min(position.column() - 1, line.codePointCount(0, line.length())));
        int start = caret > COLUMNS_BEFORE && line.length() > COLUMNS_MAX ? caret - COLUMNS_BEFORE : 0;
        var before = Visible.text(cut(line, start, caret));
        var after = Visible.text(cut(line, caret, start + COLUMNS_MAX));
        var number = Integer.toString(position.line());
        text.append("  ")
                .append(number)
                .append(" | ")
                .append(before)
                .append(after)
                .append('\n');
        text.append("  ").append(" ".repeat(number.length())).append(" | ").append(" ".repeat(before.length()));
        text.append('^');
        suggestion.ifPresent(words -> text.append(' ').append(Visible.text(words)));
        text.append('\n');
    }

    private void appendSuggestion(StringBuilder text) {
        suggestion.ifPresent(
                words -> text.append("    ").append(Visible.text(words)).append('\n'));
    }

    /** The code points from {@code start} to {@code end}, as far as there are any. */
    private static String cut(String line, int start, int end) {
        int length = line.codePointCount(0, line.length());
        int from = line.offsetByCodePoints(0, Math.min(start, length));
        int to = line.offsetByCodePoints(0, Math.min(Math.max(start, end), length));
        return line.substring(from, to);
    }
}
