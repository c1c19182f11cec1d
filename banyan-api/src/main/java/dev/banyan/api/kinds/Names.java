package dev.banyan.api.kinds;

import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The form of names that people give: of deployments, services, agents and tags. */
public final class Names {
    /** With four tags and the numbers of a task a key stays below its own limit of 200 characters. */
    public static final int LABEL_MAX = 40;

    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?");

    private Names() {}

    /** True for an RFC 1123 label of at most {@link #LABEL_MAX} characters. */
    public static boolean isLabel(String text) {
        return text.length() <= LABEL_MAX && LABEL.matcher(text).matches();
    }

    /** Why {@code text} is no label, with the form that would be accepted; empty when it is one. */
    public static Optional<String> problem(String text) {
        if (isLabel(text)) {
            return Optional.empty();
        }
        var corrected = corrected(text);
        var rule = "must be 1 to " + LABEL_MAX + " of a-z, 0-9 and '-', beginning and ending with a letter or digit";
        return Optional.of(corrected.isEmpty() ? rule : rule + "; try '" + corrected + "'");
    }

    private static String corrected(String text) {
        var folded = Normalizer.normalize(text, Normalizer.Form.NFC).toLowerCase(Locale.ROOT);
        var cleaned = folded.replaceAll("[^a-z0-9]+", "-");
        var cut = cleaned.length() > LABEL_MAX ? cleaned.substring(0, LABEL_MAX) : cleaned;
        return cut.replaceAll("^-+", "").replaceAll("-+$", "");
    }
}
