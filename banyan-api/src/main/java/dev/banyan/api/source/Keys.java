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

    /** The supported fields of a mapping; every other one is reported. See {@link #accepts}. */
    public List<Field> of(Field mapping) {
        return mapping.members().stream().filter(this::accepts).toList();
    }

    /** Whether the key is supported; reports it otherwise. Keys that begin with {@code x-} are the author's own, and left out silently. */
    public boolean accepts(Field field) {
        var key = field.name();
        if (key.startsWith("x-") || supported.contains(key)) {
            return supported.contains(key);
        }
        if (known.contains(key)) {
            field.refuseKey("\"" + key + "\" is not supported yet", Optional.empty());
        } else {
            field.refuseKey("unknown key \"" + key + "\"", Suggestions.didYouMean(key, supported));
        }
        return false;
    }
}
