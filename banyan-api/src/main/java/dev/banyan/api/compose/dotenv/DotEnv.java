package dev.banyan.api.compose.dotenv;

import dev.banyan.api.compose.template.Template;
import dev.banyan.api.source.Position;
import dev.banyan.api.source.Problems;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The grammar of {@code .env} and of files named by {@code env_file}: {@code NAME=value} or {@code NAME: value} on each line,
 * {@code #} begins a comment, {@code export} before a name is skipped. A value in single quotes is taken as it is, one in double
 * quotes may hold escapes and variables, one without quotes may hold variables and ends before a comment. Quoted values may run over
 * several lines, and a backslash keeps their quote. A name alone takes the caller's value.
 */
public final class DotEnv {
    /** Most characters of a file. */
    public static final int TEXT_MAX = 256 * 1024;

    /** Most variables of a file; more fit in no environment of a process. */
    public static final int VARIABLES_MAX = 10_000;

    /** Most characters that the values of a file may have together, after variables were filled in. */
    static final int FILLED_MAX = 1024 * 1024;

    private static final Pattern NAME = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_.\\[\\]-]*");
    private static final Pattern EXPORT = Pattern.compile("export[ \\t]+(?=[\\p{L}_])");

    private final String text;
    private final Problems problems;
    private final Map<String, String> caller;
    private final Map<String, String> read = new LinkedHashMap<>();
    private final Map<String, String> known;
    private int next;
    private int filled;
    private int line = 1;
    private int lineStart;
    private int counted;

    private DotEnv(String text, Map<String, String> caller, Problems problems) {
        this.text = text;
        this.caller = caller;
        this.problems = problems;
        this.known = new HashMap<>(caller);
    }

    /** The variables of a file; {@code caller} fills in variables that values refer to, and wins over the file there. */
    public static Map<String, String> read(String text, Map<String, String> caller, Problems problems) {
        if (text.length() > TEXT_MAX) {
            problems.add("", Position.START, "is larger than " + TEXT_MAX / 1024 + " KiB");
            return Map.of();
        }
        var file = new DotEnv(normal(text), caller, problems);
        while (file.next < file.text.length() && file.within()) {
            file.line();
        }
        return file.read;
    }

    /** The same without any grammar: what follows the first {@code =} of a line is the value, up to the end of the line. */
    public static Map<String, String> readRaw(String text, Map<String, String> caller, Problems problems) {
        if (text.length() > TEXT_MAX) {
            problems.add("", Position.START, "is larger than " + TEXT_MAX / 1024 + " KiB");
            return Map.of();
        }
        var file = new DotEnv(normal(text), caller, problems);
        while (file.next < file.text.length() && file.within()) {
            file.rawLine();
        }
        return file.read;
    }

    private static String normal(String text) {
        var plain = text.startsWith("\ufeff") ? text.substring(1) : text;
        return plain.indexOf('\r') < 0 ? plain : plain.replace("\r\n", "\n").replace('\r', '\n');
    }

    private boolean within() {
        if (read.size() > VARIABLES_MAX) {
            problems.add("", at(next), "holds more than " + VARIABLES_MAX + " variables");
            return false;
        }
        if (filled > FILLED_MAX) {
            problems.add("", at(next), "variables make its values larger than " + FILLED_MAX / 1024 + " KiB");
            return false;
        }
        return problems.sorted().size() < Problems.PROBLEMS_MAX;
    }

    private void line() {
        skipBlanks();
        int end = endOfLine();
        if (next == end || text.charAt(next) == '#') {
            next = end + 1;
            return;
        }
        var export = EXPORT.matcher(text).region(next, end).useTransparentBounds(true);
        if (export.lookingAt()) {
            next = export.end();
        }
        assignment(end);
    }

    private void rawLine() {
        int start = next;
        int end = endOfLine();
        next = end + 1;
        var raw = text.substring(start, end);
        if (raw.isBlank() || raw.stripLeading().startsWith("#")) {
            return;
        }
        int equals = raw.indexOf('=');
        var name = (equals < 0 ? raw : raw.substring(0, equals)).strip();
        if (!NAME.matcher(name).matches()) {
            problems.add("", at(start), "must be NAME=value");
        } else if (equals >= 0) {
            put(name, raw.substring(equals + 1));
        } else if (caller.containsKey(name)) {
            put(name, caller.getOrDefault(name, ""));
        }
    }

    private void assignment(int end) {
        int at = next;
        int separator = separator(at, end);
        var name = text.substring(at, separator).strip();
        if (!NAME.matcher(name).matches()) {
            problems.add("", at(at), "must be NAME=value", "quote a value that runs over several lines");
            next = end + 1;
            return;
        }
        next = separator + 1;
        if (separator < end) {
            put(name, value(end));
        } else if (caller.containsKey(name)) {
            put(name, caller.getOrDefault(name, ""));
        }
    }

    /** Where the first {@code =} or {@code :} stands; the end when there is none. */
    private int separator(int start, int end) {
        for (int i = start; i < end; i++) {
            if (text.charAt(i) == '=' || text.charAt(i) == ':') {
                return i;
            }
        }
        return end;
    }

    private void put(String name, String value) {
        filled += value.length();
        read.put(name, value);
        if (!caller.containsKey(name)) {
            known.put(name, value);
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
            boolean escaped = text.charAt(next) == '\\'
                    && next + 1 < text.length()
                    && (quote == '"' || text.charAt(next + 1) == '\'');
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
            case 'a' -> "\u0007";
            case 'b' -> "\b";
            case 'f' -> "\f";
            case 'v' -> "\u000b";
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
        return switch (Template.fill(value, known)) {
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

    /** Lines are counted on from the last place that was asked for: places are asked for in rising order, but for the start of a quote. */
    private Position at(int offset) {
        if (offset < lineStart) {
            line = 1;
            lineStart = 0;
            counted = 0;
        }
        for (; counted < offset; counted++) {
            if (text.charAt(counted) == '\n') {
                line++;
                lineStart = counted + 1;
            }
        }
        return new Position(line, offset - lineStart + 1);
    }
}
