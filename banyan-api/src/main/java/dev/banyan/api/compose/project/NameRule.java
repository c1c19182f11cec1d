package dev.banyan.api.compose.project;

import dev.banyan.api.compose.schema.Spot;
import dev.banyan.api.kinds.Names;
import java.text.Normalizer;
import java.util.Locale;
import java.util.Optional;

/** The rule for names of projects and services, as messages about a file. */
public final class NameRule {
    /** The rule, as the end of a sentence. */
    public static final String RULE = "must be 1 to " + Names.LABEL_MAX
            + " lower-case letters, digits and hyphens, and begin and end with a letter or digit";

    private NameRule() {}

    /** Whether a name keeps the rule. */
    public static boolean valid(String name) {
        return Names.isLabel(name);
    }

    /** Reports {@code name} at the spot when it breaks the rule, with the nearest name that does not. */
    public static boolean check(Spot spot, String name) {
        if (valid(name)) {
            return true;
        }
        spot.refuse("\"" + name + "\" " + RULE, corrected(name).map(better -> "write \"" + better + "\""));
        return false;
    }

    /** The nearest valid name; empty when nothing of the name can be kept. */
    public static Optional<String> corrected(String name) {
        var plain = Normalizer.normalize(name, Normalizer.Form.NFKD).toLowerCase(Locale.ROOT);
        var label = plain.replaceAll("\\p{M}", "").replaceAll("[^a-z0-9]+", "-").replaceAll("^-+", "");
        var cut = label.substring(0, Math.min(Names.LABEL_MAX, label.length())).replaceAll("-+$", "");
        return Optional.of(cut).filter(NameRule::valid);
    }
}
