package dev.banyan.api.compose.template;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Fills variables into one text: {@code $V}, {@code ${V}}, {@code ${V:-default}}, {@code ${V-default}}, {@code ${V:?message}},
 * {@code ${V?message}}, {@code ${V:+other}}, {@code ${V+other}}, and {@code $$} for a dollar. A colon makes an empty variable count as
 * unset. Defaults and others may hold variables again. Values of variables are not looked into.
 */
public final class Template {
    /** Deeper nesting than anybody reads. */
    private static final int DEPTH_MAX = 16;

    private static final int NOT_NESTED = -1;

    private final String text;
    private final Map<String, String> variables;
    private final Set<String> unset = new TreeSet<>();
    private boolean used = true;
    private int next;

    private Template(String text, Map<String, String> variables) {
        this.text = text;
        this.variables = variables;
    }

    /** How filling in ended. */
    public sealed interface Filled {
        /**
         * All is filled in.
         *
         * @param unset variables without a value or default; they became empty
         */
        record Text(String text, Set<String> unset) implements Filled {}

        /** The text is malformed, or a required variable is missing; {@code offset} is where. */
        record Refused(int offset, String message, String suggestion) implements Filled {}
    }

    /** Fills in; never throws. */
    public static Filled fill(String text, Map<String, String> variables) {
        if (text.indexOf('$') < 0) {
            return new Filled.Text(text, Set.of());
        }
        var template = new Template(text, variables);
        try {
            var filled = template.until(NOT_NESTED, 0);
            return new Filled.Text(filled, Set.copyOf(template.unset));
        } catch (Refusal refusal) {
            return refusal.refused;
        }
    }

    /** Reads up to the unnested {@code end}, which is consumed, or to the end of the text. */
    private String until(int end, int depth) {
        if (depth > DEPTH_MAX) {
            throw new Refusal(next, "variables are nested deeper than " + DEPTH_MAX + " levels", "use fewer levels");
        }
        var filled = new StringBuilder();
        int start = next;
        while (next < text.length()) {
            char c = text.charAt(next);
            if (c == end) {
                next++;
                return filled.toString();
            }
            if (c == '$') {
                filled.append(dollar(depth));
            } else {
                filled.append(c);
                next++;
            }
        }
        if (end != NOT_NESTED) {
            throw new Refusal(start, "a variable is not closed", "close it with \"}\"");
        }
        return filled.toString();
    }

    private String dollar(int depth) {
        int start = next++;
        char c = next < text.length() ? text.charAt(next) : ' ';
        if (c == '$') {
            next++;
            return "$";
        }
        if (c == '{') {
            next++;
            return braced(start, depth);
        }
        var name = name();
        if (name.isEmpty()) {
            throw new Refusal(start, "\"$\" begins no variable", "write \"$$\" for a dollar sign");
        }
        return plain(name);
    }

    private String braced(int start, int depth) {
        var name = name();
        var operator = operator();
        if (name.isEmpty() || operator.isEmpty()) {
            var suggestion = "write \"${NAME}\" or \"${NAME:-default}\", and \"$$\" for a dollar sign";
            throw new Refusal(start, "\"${\" begins no variable", suggestion);
        }
        if (operator.equals("}")) {
            return plain(name);
        }
        var value = variables.get(name);
        boolean there = value != null && !(operator.startsWith(":") && value.isEmpty());
        boolean other = operator.endsWith("+");
        var word = word(there == other, depth);
        if (!there && operator.endsWith("?") && used) {
            var message = "the variable " + name + " is required" + (word.isBlank() ? "" : ": " + word);
            throw new Refusal(start, message, "set " + name + " in the environment or in .env");
        }
        if (other) {
            return there ? word : "";
        }
        return there && value != null ? value : word;
    }

    /** The word after an operator. What an unused word lacks is nobody's problem. */
    private String word(boolean needed, int depth) {
        boolean usedOutside = used;
        used = used && needed;
        var word = until('}', depth + 1);
        used = usedOutside;
        return word;
    }

    private String plain(String name) {
        var value = variables.get(name);
        if (value == null && used) {
            unset.add(name);
        }
        return value == null ? "" : value;
    }

    private String name() {
        int start = next;
        while (next < text.length() && partOfName(text.charAt(next), next > start)) {
            next++;
        }
        return text.substring(start, next);
    }

    private static boolean partOfName(char c, boolean digits) {
        return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (digits && c >= '0' && c <= '9');
    }

    /** The closing brace or an operator, consumed; empty when there is neither. */
    private String operator() {
        int length = text.startsWith(":", next) ? 2 : 1;
        if (next + length > text.length()) {
            return "";
        }
        var operator = text.substring(next, next + length);
        boolean valid = operator.equals("}") || "-?+".indexOf(operator.charAt(length - 1)) >= 0;
        next += valid ? length : 0;
        return valid ? operator : "";
    }

    /** Leaves the recursion at the first refusal. */
    private static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient Filled.Refused refused;

        Refusal(int offset, String message, String suggestion) {
            super(message, null, false, false);
            this.refused = new Filled.Refused(offset, message, suggestion);
        }
    }
}
