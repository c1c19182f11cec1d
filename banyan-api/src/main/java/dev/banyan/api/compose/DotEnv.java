package dev.banyan.api.compose;

import dev.banyan.api.source.Position;
import dev.banyan.api.source.Problems;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The grammar of {@code .env} and of files named by {@code env_file}: {@code NAME=value} on each line, {@code #} begins a comment,
 * {@code export} before a name is skipped. A value in single quotes is taken as it is, one in double quotes may hold escapes and
 * variables, one without quotes may hold variables and ends before a comment. Quoted values may run over several lines. A name alone
 * takes the caller's value.
 */
public final class DotEnv {
    /** Most characters of a file. */
    public static final int TEXT_MAX = 256 * 1024;

    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]*");

    private final String text;
    private final Problems problems;
    private final Map<String, String> caller;
    private final Map<String, String> read = new LinkedHashMap<>();
    private int next;

    private DotEnv(String text, Map<String, String> caller, Problems problems) {
        this.text = text;
        this.caller = caller;
        this.problems = problems;
    }

    /** The variables of a file; {@code caller} fills in variables that values refer to, and wins over the file there. */
    static Map<String, String> read(String text, Map<String, String> caller, Problems problems) {
        if (text.length() > TEXT_MAX) {
            problems.add("", Position.START, "is larger than " + TEXT_MAX / 1024 + " KiB");
            return Map.of();
        }
        var normal = text.startsWith("\ufeff") ? text.substring(1) : text;
        var file = new DotEnv(normal.replace("\r\n", "\n").replace('\r', '\n'), caller, problems);
        while (file.next < file.text.length()) {
            file.line();
        }
        return file.read;
    }

    private void line() {
        skipBlanks();
        int start = next;
        int end = endOfLine();
        if (start == end || text.charAt(start) == '#') {
            next = end + 1;
            return;
        }
        if (text.startsWith("export ", start)) {
            next += "export ".length();
            skipBlanks();
        }
        assignment(end);
    }

    private void assignment(int end) {
        int at = next;
        int equals = text.indexOf('=', at);
        boolean alone = equals < 0 || equals >= end;
        var name = text.substring(at, alone ? end : equals).strip();
        if (!NAME.matcher(name).matches()) {
            problems.add("", at(at), "must be NAME=value", "quote a value that runs over several lines");
            next = end + 1;
            return;
        }
        next = alone ? end + 1 : equals + 1;
        if (!alone) {
            read.put(name, value(end));
        } else if (caller.containsKey(name)) {
            read.put(name, caller.getOrDefault(name, ""));
        }
    }

    private String value(int end) {
        skipBlanks();
        char quote = next < end ? text.charAt(next) : '\n';
        if (quote == '\'' || quote == '"') {
            return quoted(quote);
        }
        int start = next;
        next = end + 1;
        var raw = text.substring(start, Math.max(start, end));
        return filled(start, comment(raw).strip());
    }

    /** An unquoted value ends before {@code #} when a blank stands before it. */
    private static String comment(String raw) {
        for (int i = 0; i < raw.length(); i++) {
            if (raw.charAt(i) == '#' && (i == 0 || Character.isWhitespace(raw.charAt(i - 1)))) {
                return raw.substring(0, i);
            }
        }
        return raw;
    }

    private String quoted(char quote) {
        int start = next++;
        var value = new StringBuilder();
        while (next < text.length() && text.charAt(next) != quote) {
            boolean escaped = quote == '"' && text.charAt(next) == '\\' && next + 1 < text.length();
            value.append(escaped ? unescaped(text.charAt(++next)) : text.substring(next, next + 1));
            next++;
        }
        if (next >= text.length()) {
            problems.add("", at(start), "the quote is not closed");
            return "";
        }
        next++;
        rest();
        return quote == '"' ? filled(start, value.toString()) : value.toString();
    }

    private static String unescaped(char c) {
        return switch (c) {
            case 'n' -> "\n";
            case 'r' -> "\r";
            case 't' -> "\t";
            case '\\', '"', '\'' -> String.valueOf(c);
            case '$' -> "$$";
            default -> "\\" + c;
        };
    }

    /** After a quoted value only a comment may follow. */
    private void rest() {
        skipBlanks();
        int end = endOfLine();
        if (next < end && text.charAt(next) != '#') {
            problems.add("", at(next), "nothing may follow a quoted value");
        }
        next = end + 1;
    }

    private String filled(int start, String value) {
        if (value.indexOf('$') < 0) {
            return value;
        }
        var variables = new HashMap<>(read);
        variables.putAll(caller);
        return switch (Template.fill(value, variables)) {
            case Template.Filled.Text filled -> filled.text();
            case Template.Filled.Refused refused -> {
                problems.add("", at(start), refused.message(), refused.suggestion());
                yield "";
            }
        };
    }

    private void skipBlanks() {
        while (next < text.length() && (text.charAt(next) == ' ' || text.charAt(next) == '\t')) {
            next++;
        }
    }

    private int endOfLine() {
        int end = text.indexOf('\n', next);
        return end < 0 ? text.length() : end;
    }

    private Position at(int offset) {
        int line = 1
                + (int) text.substring(0, offset).chars().filter(c -> c == '\n').count();
        return new Position(line, offset - text.lastIndexOf('\n', Math.max(0, offset - 1)));
    }
}
