package dev.banyan.api.compose.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Splits a command line into words as a shell does: blanks, single and double quotes, backslashes. Nothing is expanded or run. */
final class ShellWords {
    private final String line;
    private final List<String> words = new ArrayList<>();
    private final StringBuilder word = new StringBuilder();
    private boolean inWord;
    private int next;

    private ShellWords(String line) {
        this.line = line;
    }

    /** The words; empty when a quote is not closed or a backslash ends the line. */
    static Optional<List<String>> split(String line) {
        var splitting = new ShellWords(line);
        while (splitting.next < line.length()) {
            if (!splitting.step()) {
                return Optional.empty();
            }
        }
        splitting.endWord();
        return Optional.of(List.copyOf(splitting.words));
    }

    private boolean step() {
        char c = line.charAt(next++);
        if (Character.isWhitespace(c)) {
            endWord();
            return true;
        }
        inWord = true;
        return switch (c) {
            case '\'' -> quoted('\'');
            case '"' -> quoted('"');
            case '\\' -> escaped();
            default -> {
                word.append(c);
                yield true;
            }
        };
    }

    private boolean escaped() {
        if (next >= line.length()) {
            return false;
        }
        word.append(line.charAt(next++));
        return true;
    }

    private boolean quoted(char quote) {
        while (next < line.length()) {
            char c = line.charAt(next++);
            if (c == quote) {
                return true;
            }
            boolean escape =
                    quote == '"' && c == '\\' && next < line.length() && "\"\\$`".indexOf(line.charAt(next)) >= 0;
            word.append(escape ? line.charAt(next++) : c);
        }
        return false;
    }

    private void endWord() {
        if (inWord) {
            words.add(word.toString());
            word.setLength(0);
            inWord = false;
        }
    }
}
