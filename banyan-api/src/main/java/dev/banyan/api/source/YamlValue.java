package dev.banyan.api.source;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A value in a YAML text, with aliases and merge keys resolved. Immutable. */
public sealed interface YamlValue {
    Position position();

    /**
     * A scalar, as written.
     *
     * @param position of its first character, for a quoted one of the quote
     * @param quoted written with quotes or as a block, and therefore text whatever it looks like
     */
    record Scalar(Position position, String text, boolean quoted) implements YamlValue {
        private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");

        /** True for a value that was left out or written as null. */
        public boolean isNull() {
            return !quoted && NULLS.contains(text);
        }
    }

    /** An ordered list. */
    record Sequence(Position position, List<YamlValue> items) implements YamlValue {
        public Sequence {
            items = List.copyOf(items);
        }
    }

    /** Entries in the order of the text; keys are unique. */
    record Mapping(Position position, List<Entry> entries) implements YamlValue {
        public Mapping {
            entries = List.copyOf(entries);
        }

        /** The value under {@code key}. */
        public Optional<YamlValue> value(String key) {
            return entries.stream()
                    .filter(entry -> entry.key().text().equals(key))
                    .map(Entry::value)
                    .findFirst();
        }
    }

    /**
     * One line of a mapping.
     *
     * @param tag that the value carries, one of those that the reader was asked to keep; empty for none
     */
    record Entry(Scalar key, YamlValue value, String tag) {}
}
