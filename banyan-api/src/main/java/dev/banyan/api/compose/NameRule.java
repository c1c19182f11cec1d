package dev.banyan.api.compose;

import dev.banyan.api.kinds.Names;
import dev.banyan.api.source.Field;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;

/** The rule for names of projects and services, as messages about a file. */
final class NameRule {
    static final String RULE = "must be 1 to " + Names.LABEL_MAX
            + " lower-case letters, digits and hyphens, and begin and end with a letter or digit";

    private NameRule() {}

    static boolean valid(String name) {
        return Names.isLabel(name);
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
        var cut = label.substring(0, Math.min(Names.LABEL_MAX, label.length())).replaceAll("-+$", "");
        return Optional.of(cut).filter(NameRule::valid);
    }
}
