package dev.banyan.api.source;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which keys a mapping may have.
 *
 * @param supported keys that mean something
 * @param known keys that the format has and that are refused because they are not supported
 */
public record Keys(Set<String> supported, Set<String> known) {
    public Keys {
        supported = Set.copyOf(supported);
        known = Set.copyOf(known);
    }

    /** Just these keys. */
    public static Keys of(String... supported) {
        return new Keys(Set.of(supported), Set.of());
    }

    /** These keys of a format that has others too. */
    public Keys butNot(String... alsoKnown) {
        return new Keys(supported, Set.of(alsoKnown));
    }

    /** The fields with a supported key; every other one is reported. Keys that begin with {@code x-} are the author's own notes. */
    public List<Field> of(Field mapping) {
        return mapping.members().stream()
                .filter(field -> !field.name().startsWith("x-") && accepts(field))
                .toList();
    }

    private boolean accepts(Field field) {
        var key = field.name();
        if (supported.contains(key)) {
            return true;
        }
        if (known.contains(key)) {
            field.refuseKey("\"" + key + "\" is not supported yet", Optional.empty());
        } else {
            field.refuseKey("unknown key \"" + key + "\"", Suggestions.didYouMean(key, supported));
        }
        return false;
    }
}
