package dev.banyan.api.compose.node;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** A value of a Compose file. Immutable. */
public sealed interface Node {
    /** Of its first character; for a mapping in block style, of its first key. */
    Place place();

    /** Whether the other means the same: places do not count, nor does the order of keys. */
    boolean same(Node other);

    /** One value. */
    record Scalar(Place place, String text, Kind kind) implements Node {
        private static final Set<String> NULLS = Set.of("", "~", "null", "Null", "NULL");

        /** True for a value that was left out or written as null. */
        public boolean isNull() {
            return kind == Kind.NULL || kind == Kind.PLAIN && NULLS.contains(text);
        }

        @Override
        public boolean same(Node other) {
            return other instanceof Scalar scalar
                    && (isNull() ? scalar.isNull() : kind == scalar.kind && text.equals(scalar.text));
        }
    }

    /** An ordered list. */
    record Sequence(Place place, List<Node> items) implements Node {
        public Sequence {
            items = List.copyOf(items);
        }

        @Override
        public boolean same(Node other) {
            if (!(other instanceof Sequence sequence) || sequence.items.size() != items.size()) {
                return false;
            }
            for (int i = 0; i < items.size(); i++) {
                if (!items.get(i).same(sequence.items.get(i))) {
                    return false;
                }
            }
            return true;
        }
    }

    /**
     * A key with its value.
     *
     * @param at where the key stands
     */
    record Member(Place at, String key, Node value, Mark mark) {
        /** The same key with another value. */
        public Member with(Node changed) {
            return new Member(at, key, changed, mark);
        }
    }

    /** Keys in the order of the text, each once. */
    record Mapping(Place place, List<Member> members) implements Node {
        public Mapping {
            members = List.copyOf(members);
        }

        /** The member under {@code key}. */
        public Optional<Member> member(String key) {
            for (var member : members) {
                if (member.key().equals(key)) {
                    return Optional.of(member);
                }
            }
            return Optional.empty();
        }

        /** The value under {@code key}. */
        public Optional<Node> find(String key) {
            return member(key).map(Member::value);
        }

        /** The mapping under {@code key}; one without members when there is none. */
        public Mapping mapping(String key) {
            return find(key)
                    .filter(Mapping.class::isInstance)
                    .map(Mapping.class::cast)
                    .orElseGet(() -> new Mapping(place, List.of()));
        }

        /** The items under {@code key}; none when there is no list. */
        public List<Node> items(String key) {
            return find(key).orElse(this) instanceof Sequence found ? found.items() : List.of();
        }

        /** The text of the scalar under {@code key}; empty also for null. */
        public Optional<String> text(String key) {
            return find(key).orElse(this) instanceof Scalar found && !found.isNull()
                    ? Optional.of(found.text())
                    : Optional.empty();
        }

        /** The texts of the scalars in the list under {@code key}. */
        public List<String> texts(String key) {
            var texts = new ArrayList<String>();
            for (var item : items(key)) {
                if (item instanceof Scalar scalar) {
                    texts.add(scalar.text());
                }
            }
            return List.copyOf(texts);
        }

        /** Whether the boolean under {@code key} is true; {@code absent} when there is none. */
        public boolean flag(String key, boolean absent) {
            return text(key).map("true"::equals).orElse(absent);
        }

        /** These members and no others, at the same place. */
        public Mapping with(List<Member> changed) {
            return new Mapping(place, changed);
        }

        /** Without a key. */
        public Mapping without(String key) {
            return with(
                    members.stream().filter(member -> !member.key().equals(key)).toList());
        }

        /** With a member in place of the one of its key, or at the end. */
        public Mapping with(Member member) {
            var changed = new ArrayList<Member>();
            boolean found = false;
            for (var old : members) {
                found |= old.key().equals(member.key());
                changed.add(old.key().equals(member.key()) ? member : old);
            }
            if (!found) {
                changed.add(member);
            }
            return with(changed);
        }

        @Override
        public boolean same(Node other) {
            return other instanceof Mapping mapping
                    && mapping.members.size() == members.size()
                    && sameMembers(byKey(), mapping.byKey());
        }

        private static boolean sameMembers(Map<String, Member> one, Map<String, Member> other) {
            for (var member : one.values()) {
                var there = other.get(member.key());
                if (there == null
                        || there.mark() != member.mark()
                        || !member.value().same(there.value())) {
                    return false;
                }
            }
            return true;
        }

        private Map<String, Member> byKey() {
            var found = new TreeMap<String, Member>();
            members.forEach(member -> found.put(member.key(), member));
            return found;
        }
    }
}
