package dev.banyan.api.compose;

import dev.banyan.api.source.Field;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The rule for names of projects and services: RFC 1123 labels of at most {@link #NAME_MAX} characters. */
final class Names {
    /** Leaves room for a release, a slot and an ordinal in the name of a task. */
    static final int NAME_MAX = 40;

    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?");
    static final String RULE = "must be 1 to " + NAME_MAX
            + " lower-case letters, digits and hyphens, and begin and end with a letter or digit";

    private Names() {}

    static boolean valid(String name) {
        return NAME.matcher(name).matches();
    }

    /** Reports {@code name} at the field when it breaks the rule, with the nearest name that does not. */
    static boolean check(Field field, String name) {
        if (valid(name)) {
            return true;
        }
        field.refuseKey("\"" + name + "\" " + RULE, corrected(name).map(better -> "write \"" + better + "\""));
        return false;
    }

    /** The nearest valid name; empty when nothing of the name can be kept. */
    static Optional<String> corrected(String name) {
        var plain = Normalizer.normalize(name, Normalizer.Form.NFKD).toLowerCase(Locale.ROOT);
        var label = plain.replaceAll("\\p{M}", "").replaceAll("[^a-z0-9]+", "-").replaceAll("^-+", "");
        var cut = label.substring(0, Math.min(NAME_MAX, label.length())).replaceAll("-+$", "");
        return Optional.of(cut).filter(Names::valid);
    }
}
