package dev.banyan.runtime.resource;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Which labels an object must carry. All requirements must hold; the empty selector matches everything. */
public record LabelSelector(List<Requirement> requirements) {
    /** Matches everything. */
    public static final LabelSelector EVERYTHING = new LabelSelector(List.of());

    /** Most requirements one selector may have; matching is linear in them. */
    public static final int REQUIREMENTS_MAX = 16;

    /** One test of one label. */
    public sealed interface Requirement {
        /** The label's key. */
        String key();

        /** The label exists and has one of the values. */
        record In(String key, Set<String> values) implements Requirement {
            public In {
                values = Set.copyOf(new TreeSet<>(values));
            }
        }

        /** The label exists. */
        record Exists(String key) implements Requirement {}

        /** The label does not exist. */
        record Absent(String key) implements Requirement {}
    }

    public LabelSelector {
        requirements = List.copyOf(requirements);
        if (requirements.size() > REQUIREMENTS_MAX) {
            throw new IllegalArgumentException("a selector has at most " + REQUIREMENTS_MAX + " requirements");
        }
    }

    /** The label has exactly this value. */
    public static LabelSelector of(String key, String value) {
        return new LabelSelector(List.of(new Requirement.In(key, Set.of(value))));
    }

    /** Whether an object with these labels is meant. */
    public boolean matches(Map<String, String> labels) {
        for (var requirement : requirements) {
            if (!holds(requirement, labels)) {
                return false;
            }
        }
        return true;
    }

    private static boolean holds(Requirement requirement, Map<String, String> labels) {
        return switch (requirement) {
            case Requirement.In in -> {
                var value = labels.get(in.key());
                yield value != null && in.values().contains(value);
            }
            case Requirement.Exists exists -> labels.containsKey(exists.key());
            case Requirement.Absent absent -> !labels.containsKey(absent.key());
        };
    }
}
