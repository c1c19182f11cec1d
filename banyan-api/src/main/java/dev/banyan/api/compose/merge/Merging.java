package dev.banyan.api.compose.merge;

import dev.banyan.api.compose.node.Mark;
import dev.banyan.api.compose.node.Node;
import dev.banyan.api.compose.node.Node.Mapping;
import dev.banyan.api.compose.node.Node.Member;
import dev.banyan.api.compose.node.Node.Sequence;
import dev.banyan.api.compose.schema.Shape;
import dev.banyan.api.compose.schema.Shape.Fields;
import dev.banyan.api.compose.schema.Shape.Identity;
import dev.banyan.api.compose.schema.Shape.Joining;
import dev.banyan.api.compose.schema.Shape.Listed;
import dev.banyan.api.compose.schema.Shape.Named;
import dev.banyan.api.compose.schema.Uniqueness;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.function.Function;

/** Joins trees of the same shape. */
public final class Merging {
    private static final Shape FREE = new Shape.Free();

    private Merging() {}

    /** The tree of {@code base} as {@code over}, which comes later, changes it. */
    public static Mapping join(Mapping base, Mapping over, Fields shape) {
        boolean other = shape.joining() == Joining.SAME_DRIVER
                && base.text("driver").isPresent()
                && over.text("driver").isPresent()
                && !base.text("driver").equals(over.text("driver"));
        return other ? over : members(base, over, key -> shape.keys().getOrDefault(key, FREE));
    }

    /** The tree without marks, and without what they take away. */
    public static Mapping settled(Mapping tree) {
        var members = new ArrayList<Member>(tree.members().size());
        for (var member : tree.members()) {
            if (member.mark() != Mark.RESET) {
                members.add(new Member(member.at(), member.key(), settled(member.value()), Mark.NONE));
            }
        }
        return tree.with(members);
    }

    private static Node settled(Node node) {
        return switch (node) {
            case Mapping mapping -> settled(mapping);
            case Sequence sequence ->
                new Sequence(
                        sequence.place(),
                        sequence.items().stream().map(Merging::settled).toList());
            case Node.Scalar scalar -> scalar;
        };
    }

    private static Mapping members(Mapping base, Mapping over, Function<String, Shape> shapes) {
        var joined = new LinkedHashMap<String, Member>();
        base.members().forEach(member -> joined.put(member.key(), member));
        for (var member : over.members()) {
            var before = joined.get(member.key());
            joined.put(member.key(), before == null ? member : member(before, member, shapes.apply(member.key())));
        }
        return base.with(new ArrayList<>(joined.values()));
    }

    /** A value after a {@code !reset} must still replace what is before that. */
    private static Member member(Member base, Member over, Shape shape) {
        if (over.mark() != Mark.NONE) {
            return over;
        }
        if (base.mark() == Mark.RESET) {
            return new Member(over.at(), over.key(), over.value(), Mark.OVERRIDE);
        }
        var value = value(base.value(), over.value(), shape);
        return new Member(value instanceof Mapping ? base.at() : over.at(), over.key(), value, base.mark());
    }

    private static Node value(Node base, Node over, Shape shape) {
        if (base instanceof Mapping one && over instanceof Mapping other) {
            return switch (shape) {
                case Fields fields -> join(one, other, fields);
                case Named named -> members(one, other, name -> named.value());
                default -> members(one, other, name -> FREE);
            };
        }
        return base instanceof Sequence one && over instanceof Sequence other ? list(one, other, shape) : over;
    }

    private static Node list(Sequence base, Sequence over, Shape shape) {
        return switch (shape) {
            case Listed list -> appended(base, over, list.identity());
            case Shape.Hosts hosts -> appended(base, over, Optional.of(Uniqueness.WHOLE));
            case Shape.Free free -> appended(base, over, Optional.empty());
            default -> over;
        };
    }

    private static Sequence appended(Sequence base, Sequence over, Optional<Identity> identity) {
        var items = new ArrayList<>(base.items());
        items.addAll(over.items());
        return new Sequence(base.place(), Uniqueness.of(items, identity));
    }
}
