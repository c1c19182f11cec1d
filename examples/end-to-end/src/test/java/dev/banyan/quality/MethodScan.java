package dev.banyan.quality;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds methods and constructors by their braces; good enough for formatted code, and it needs no parser. */
final class MethodScan {
    private static final Set<String> NOT_METHODS =
            Set.of("if", "for", "while", "switch", "catch", "try", "synchronized", "else", "do", "return");

    /** A name before the parenthesis that closes the header; {@code throws} may stand between that and the brace. */
    private static final Pattern THROWS = Pattern.compile("\\)\\s*throws\\s+[\\w.,\\s@]+$");

    private static final Pattern NAME = Pattern.compile("(\\w+)\\s*$");

    /**
     * A method.
     *
     * @param name without its type and parameters
     * @param line where its name is, from 1
     * @param lines from the name to the closing brace
     */
    record Method(String name, int line, int lines) {}

    private record Open(String name, int offset) {}

    private MethodScan() {}

    static List<Method> methods(SourceFile file) {
        List<Method> found = new ArrayList<>();
        Deque<Open> open = new ArrayDeque<>();
        String code = file.code();
        int header = 0;
        for (int i = 0; i < code.length(); i++) {
            switch (code.charAt(i)) {
                case ';' -> header = i + 1;
                case '{' -> {
                    open.push(opened(code, header, i));
                    header = i + 1;
                }
                case '}' -> {
                    close(file, open.pop(), i, found);
                    header = i + 1;
                }
                default -> {}
            }
        }
        return found;
    }

    private static void close(SourceFile file, Open open, int end, List<Method> found) {
        if (!open.name().isEmpty()) {
            int line = file.lineAt(open.offset());
            found.add(new Method(open.name(), line, file.lineAt(end) - line + 1));
        }
    }

    /** What the brace at {@code brace} opens; without a name unless it is the body of a method. */
    private static Open opened(String code, int from, int brace) {
        String header = code.substring(from, brace).stripTrailing();
        Matcher clause = THROWS.matcher(header);
        if (clause.find()) {
            header = header.substring(0, clause.start() + 1);
        }
        int parenthesis = header.endsWith(")") ? opening(header) : -1;
        if (parenthesis < 0) {
            return new Open("", brace);
        }
        String before = header.substring(0, parenthesis);
        Matcher name = NAME.matcher(before);
        boolean method = name.find()
                && !NOT_METHODS.contains(name.group(1))
                && !before.matches("(?s).*\\b(new|record)\\s+[\\w.]+\\s*$");
        return method ? new Open(name.group(1), from + name.start()) : new Open("", brace);
    }

    /** The parenthesis that the last character closes; -1 when the header does not hold it. */
    private static int opening(String header) {
        int depth = 0;
        for (int i = header.length() - 1; i >= 0; i--) {
            if (header.charAt(i) == ')') {
                depth++;
            } else if (header.charAt(i) == '(' && --depth == 0) {
                return i;
            }
        }
        return -1;
    }
}
