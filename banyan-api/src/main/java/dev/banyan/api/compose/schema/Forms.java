package dev.banyan.api.compose.schema;

import dev.banyan.api.compose.node.Kind;
import dev.banyan.api.compose.schema.Form.Reading;
import dev.banyan.api.source.Suggestions;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The forms that values of Compose have. */
final class Forms {
    static final Form TEXT = (text, quoted) -> new Reading.Value(text, Kind.TEXT);
    static final Form FLAG = Forms::flag;
    static final Form DURATION = Amounts::readDuration;
    static final Form BYTES = Amounts::readBytes;
    static final Form BYTES_OR_ALL = Amounts::readBytesOrAll;
    static final Form BYTES_OR_NONE = Amounts::readBytesOrNone;
    static final Form MODE = Forms::mode;

    /** More cores than any server has. */
    static final Form CORES = Amounts.cores(BigDecimal.valueOf(4096));

    static final Form RESTART = Forms::restart;
    static final Form IMAGE = Forms::image;
    static final Form PORT = whole(1, 65_535);

    static final Form PLATFORM = matching("platform", "[a-z0-9]+/[a-z0-9_]+(/[a-z0-9]+)?", "linux/amd64");

    private static final Set<String> TRUE = Set.of("true", "yes", "on", "y");
    private static final Set<String> FALSE = Set.of("false", "no", "off", "n");
    private static final Pattern WHOLE = Pattern.compile("[-+]?[0-9]{1,18}");
    private static final Pattern HEX = Pattern.compile("0x[0-9a-fA-F]{1,15}");
    private static final Pattern OCTAL = Pattern.compile("(?:0o|0)?([0-7]{1,4})");

    private static final Pattern IMAGE_NAME = Pattern.compile("([A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]{1,5})?/)?"
            + "[a-z0-9]+([._-]+[a-z0-9]+)*(/[a-z0-9]+([._-]+[a-z0-9]+)*)*"
            + "(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?(@sha256:[0-9a-f]{64})?");

    private static final Pattern GLOB = Pattern.compile("[a-z0-9*?\\[\\]!-]{1,60}");

    /** Longest reference of an image in characters. */
    private static final int IMAGE_MAX = 512;

    private static final List<String> RESTARTS = List.of("always", "no", "on-failure", "unless-stopped");

    private Forms() {}

    /** One of some words. */
    static Form word(String what, String... words) {
        var known = List.of(words);
        return (text, quoted) -> known.contains(text)
                ? new Reading.Value(text, Kind.TEXT)
                : new Reading.Wrong(
                        "\"" + text + "\" is no " + what,
                        Suggestions.didYouMean(text, known).or(() -> Optional.of(choices(known))));
    }

    private static String choices(List<String> known) {
        var quoted = known.stream().map(word -> "\"" + word + "\"").toList();
        return quoted.size() == 1
                ? "write " + quoted.getFirst()
                : "write " + String.join(", ", quoted.subList(0, quoted.size() - 1)) + " or " + quoted.getLast();
    }

    /** Text that looks like this. */
    static Form matching(String what, String pattern, String example) {
        var compiled = Pattern.compile(pattern);
        return (text, quoted) -> text.length() <= 1024 && compiled.matcher(text).matches()
                ? new Reading.Value(text, Kind.TEXT)
                : new Reading.Wrong("\"" + text + "\" is no " + what, Optional.of("write such as \"" + example + "\""));
    }

    /** A whole number; hexadecimal ones are written out. */
    static Form whole(long min, long max) {
        return (text, quoted) -> {
            var number = number(text);
            return number.isPresent() && number.get() >= min && number.get() <= max
                    ? new Reading.Value(Long.toString(number.get()), Kind.WHOLE)
                    : new Reading.Wrong(
                            "must be a whole number from " + min + " to " + max + ", not \"" + text + "\"",
                            Optional.empty());
        };
    }

    private static Optional<Long> number(String text) {
        if (HEX.matcher(text).matches()) {
            return Optional.of(Long.parseLong(text.substring(2), 16));
        }
        return WHOLE.matcher(text).matches() ? Optional.of(Long.parseLong(text)) : Optional.empty();
    }

    /** A whole number, or this word. */
    static Form wholeOr(String word, long min, long max) {
        var whole = whole(min, max);
        return (text, quoted) -> text.equals(word) ? new Reading.Value(text, Kind.TEXT) : whole.read(text, quoted);
    }

    /** What readers of YAML 1.1 take for a boolean is one, where a boolean is asked for. */
    private static Reading flag(String text, boolean quoted) {
        var lower = text.toLowerCase(Locale.ROOT);
        if (TRUE.contains(lower) || FALSE.contains(lower)) {
            return new Reading.Value(Boolean.toString(TRUE.contains(lower)), Kind.BOOLEAN);
        }
        return new Reading.Wrong("must be true or false, not \"" + text + "\"", Optional.empty());
    }

    /** A boolean, or one of some words. */
    static Form flagOr(Form word) {
        return (text, quoted) -> flag(text, quoted) instanceof Reading.Value flag ? flag : word.read(text, quoted);
    }

    /** Permissions in octal digits. A number that is not quoted and has no leading zero is decimal to every reader of YAML. */
    private static Reading mode(String text, boolean quoted) {
        var octal = OCTAL.matcher(text);
        boolean decimal = !quoted && !text.startsWith("0");
        if (!decimal && octal.matches()) {
            return octal(Integer.parseInt(octal.group(1), 8));
        }
        if (!decimal || !text.matches("[0-9]{1,4}") || Integer.parseInt(text) > 07777) {
            return new Reading.Wrong("\"" + text + "\" is no mode of a file", Optional.of("write such as \"0440\""));
        }
        var value = octal(Integer.parseInt(text));
        return new Reading.Doubtful(
                value,
                text + " without a leading zero is decimal: octal " + value.text(),
                "write \"" + value.text() + "\", or \"0" + text + "\" if you meant that");
    }

    private static Reading.Value octal(int mode) {
        return new Reading.Value(String.format("0%03o", mode), Kind.TEXT);
    }

    private static Reading restart(String text, boolean quoted) {
        int colon = text.indexOf(':');
        var name = colon < 0 ? text : text.substring(0, colon);
        if (!RESTARTS.contains(name)) {
            var guess = name.equals("false") ? Optional.of("no") : Suggestions.nearest(name, RESTARTS);
            return new Reading.Wrong(
                    "\"" + name + "\" is no restart policy",
                    Optional.of(
                            guess.map(word -> "did you mean \"" + word + "\"?")
                                    .orElse(
                                            "write \"always\", \"on-failure\", \"on-failure:3\", \"unless-stopped\" or \"no\"")));
        }
        if (colon >= 0 && !name.equals("on-failure")) {
            return new Reading.Wrong("only \"on-failure\" takes a number", Optional.empty());
        }
        var retries = text.substring(colon + 1);
        if (colon >= 0 && !retries.matches("[0-9]{1,6}")) {
            return new Reading.Wrong(
                    "\"" + retries + "\" is no number of retries", Optional.of("write such as \"on-failure:3\""));
        }
        return new Reading.Value(text, Kind.TEXT);
    }

    /** A pattern of agents' names. */
    static Reading glob(String text, boolean quoted) {
        return GLOB.matcher(text).matches()
                ? new Reading.Value(text, Kind.TEXT)
                : new Reading.Wrong("\"" + text + "\" matches no agent's name", Optional.of("write such as \"web-*\""));
    }

    private static Reading image(String text, boolean quoted) {
        if (text.length() <= IMAGE_MAX && IMAGE_NAME.matcher(text).matches()) {
            return new Reading.Value(text, Kind.TEXT);
        }
        var lower = text.toLowerCase(Locale.ROOT).strip();
        boolean better =
                lower.length() <= IMAGE_MAX && IMAGE_NAME.matcher(lower).matches();
        var example = better ? lower : "registry.example.org/team/name:tag";
        return new Reading.Wrong(
                "\"" + text + "\" is no reference of an image", Optional.of("write such as \"" + example + "\""));
    }
}
