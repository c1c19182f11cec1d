package dev.banyan.api.compose.schema;

import dev.banyan.api.compose.node.Complaints;
import dev.banyan.api.compose.node.Kind;
import dev.banyan.api.compose.node.Mark;
import dev.banyan.api.compose.node.Node;
import dev.banyan.api.compose.node.Node.Mapping;
import dev.banyan.api.compose.node.Node.Member;
import dev.banyan.api.compose.node.Node.Scalar;
import dev.banyan.api.compose.node.Node.Sequence;
import dev.banyan.api.compose.node.Trail;
import dev.banyan.api.compose.schema.Form.Reading;
import dev.banyan.api.compose.schema.Shape.Fields;
import dev.banyan.api.compose.schema.Shape.Free;
import dev.banyan.api.compose.schema.Shape.Hosts;
import dev.banyan.api.compose.schema.Shape.Listed;
import dev.banyan.api.compose.schema.Shape.Located;
import dev.banyan.api.compose.schema.Shape.Named;
import dev.banyan.api.compose.schema.Shape.One;
import dev.banyan.api.compose.schema.Shape.Pairs;
import dev.banyan.api.compose.schema.Shape.Words;
import dev.banyan.api.source.Suggestions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Lays the tree of one file against the table of keys. What does not fit is complained of and left out; the key of a wrong value stays,
 * with null. For one thread.
 */
public final class Shaper {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9._-]{1,255}");
    private static final Pattern URL =
            Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]*:.*|git@.*|github\\.com/.*", Pattern.DOTALL);

    /** Longest word of a message. */
    private static final int QUOTED_MAX = 80;

    private final Complaints complaints;
    private final Base base;

    public Shaper(Complaints complaints, Base base) {
        this.complaints = complaints;
        this.base = base;
    }

    /** The document as far as it fits; empty when it is no mapping. */
    public Mapping shape(Mapping document, Fields shape) {
        return fields(document, shape, new Spot(complaints, Trail.ROOT, document.place()));
    }

    /** The value as far as it fits; a value that was left out is complained of at {@code key}. */
    private Optional<Node> shape(Node value, Shape shape, Spot key) {
        var spot = value instanceof Scalar scalar && scalar.isNull() ? key : key.at(value.place());
        return switch (shape) {
            case One one -> one(value, one, spot);
            case Located located -> located(value, located, spot);
            case Words words -> words(value, words, spot);
            case Listed list -> list(value, list, spot);
            case Named named -> named(value, named, spot);
            case Pairs pairs -> pairs(value, pairs, spot);
            case Hosts hosts -> hosts(value, spot);
            case Shape.External external ->
                value instanceof Mapping mapping
                        ? Optional.of(fields(mapping, Shape.External.NAME, spot))
                        : one(value, new One(Forms.FLAG), spot);
            case Free free -> Optional.of(free(value));
            case Fields fields -> fieldsOrShort(value, fields, spot);
        };
    }

    private Optional<Scalar> scalar(Node value, Spot spot) {
        if (!(value instanceof Scalar scalar)) {
            spot.refuse("must be a single value");
            return Optional.empty();
        }
        if (scalar.isNull()) {
            spot.refuse("needs a value");
            return Optional.empty();
        }
        return Optional.of(scalar);
    }

    private Optional<Node> one(Node value, One one, Spot spot) {
        return scalar(value, spot).flatMap(scalar -> read(scalar, one.form(), spot));
    }

    private static Optional<Node> read(Scalar scalar, Form form, Spot spot) {
        return switch (form.read(scalar.text(), scalar.kind() == Kind.TEXT)) {
            case Reading.Value read -> Optional.of(new Scalar(scalar.place(), read.text(), read.kind()));
            case Reading.Doubtful doubt -> {
                spot.warn(doubt.message(), doubt.suggestion());
                yield Optional.of(new Scalar(
                        scalar.place(), doubt.value().text(), doubt.value().kind()));
            }
            case Reading.Wrong wrong -> {
                spot.refuse(wrong.message(), wrong.suggestion());
                yield Optional.empty();
            }
        };
    }

    private Optional<Node> located(Node value, Located located, Spot spot) {
        return scalar(value, spot).flatMap(scalar -> {
            if (located.urls() && URL.matcher(scalar.text()).matches()) {
                return Optional.of(text(scalar, scalar.text()));
            }
            var rebased = base.rebase(scalar.text());
            if (rebased.isEmpty()) {
                spot.refuse("\"" + shown(scalar.text()) + "\" is no path");
            }
            return rebased.map(path -> text(scalar, path));
        });
    }

    private static Scalar text(Node from, String text) {
        return new Scalar(from.place(), text, Kind.TEXT);
    }

    /** Null leaves the image's own words; an empty list or text takes them away. */
    private Optional<Node> words(Node value, Words words, Spot spot) {
        if (value instanceof Scalar scalar) {
            return scalar.isNull()
                    ? Optional.of(new Scalar(scalar.place(), "", Kind.NULL))
                    : words.check() ? Optional.of(checkLine(scalar)) : split(scalar, spot);
        }
        if (value instanceof Mapping) {
            spot.refuse("must be a text or a list");
            return Optional.empty();
        }
        var shaped = list(value, Shape.list(new One(Forms.TEXT)), spot);
        return words.check() ? shaped.filter(list -> isCheck((Sequence) list, spot)) : shaped;
    }

    private static Optional<Node> split(Scalar line, Spot spot) {
        var words = ShellWords.split(line.text());
        if (words.isEmpty()) {
            spot.refuse("a quote is not closed", "write a list to avoid quoting");
        }
        return words.map(found -> new Sequence(
                line.place(), found.stream().<Node>map(word -> text(line, word)).toList()));
    }

    private static Sequence checkLine(Scalar line) {
        return new Sequence(line.place(), List.of(text(line, "CMD-SHELL"), text(line, line.text())));
    }

    private static boolean isCheck(Sequence words, Spot spot) {
        var forms = List.of("CMD", "CMD-SHELL", "NONE");
        var first = words.items().isEmpty() ? "" : ((Scalar) words.items().getFirst()).text();
        if (!forms.contains(first)) {
            spot.refuse(
                    "must begin with CMD, CMD-SHELL or NONE",
                    Suggestions.didYouMean(first, forms).orElse("write [\"CMD\", ...]"));
            return false;
        }
        int rest = words.items().size() - 1;
        if (rest == 0 && !first.equals("NONE")) {
            spot.refuse("names no command");
        }
        if (rest > 1 && first.equals("CMD-SHELL")) {
            spot.refuse("CMD-SHELL takes one command line", "write it as one text, or use CMD");
        }
        return true;
    }

    private Optional<Node> list(Node value, Listed list, Spot spot) {
        if (value instanceof Scalar scalar && scalar.isNull()) {
            return Optional.empty();
        }
        boolean alone = list.alone() && !(value instanceof Sequence);
        if (!alone && !(value instanceof Sequence)) {
            spot.refuse("must be a list");
            return Optional.empty();
        }
        var written = value instanceof Sequence sequence ? sequence.items() : List.of(value);
        var items = new ArrayList<Node>();
        for (int i = 0; i < written.size(); i++) {
            items.addAll(item(
                    written.get(i),
                    list.item(),
                    alone ? spot : spot.index(i, written.get(i).place())));
        }
        return Optional.of(new Sequence(value.place(), Uniqueness.of(items, list.identity())));
    }

    /** One item may stand for several. */
    private List<? extends Node> item(Node item, Shape shape, Spot spot) {
        if (shape instanceof Fields fields
                && fields.form().isPresent()
                && item instanceof Scalar scalar
                && !scalar.isNull()) {
            return fields.form().get().expand(scalar, spot).stream()
                    .map(mapping -> fields(mapping, fields, spot))
                    .toList();
        }
        return shape(item, shape, spot).map(List::of).orElse(List.of());
    }

    private Optional<Node> named(Node value, Named named, Spot spot) {
        var written = named.listed().isPresent() && value instanceof Sequence names
                ? listed(names, named.listed().get(), spot)
                : value;
        if (!isMapping(written, spot)) {
            return Optional.empty();
        }
        var mapping = (Mapping) written;
        var members = new ArrayList<Member>(mapping.members().size());
        for (var member : mapping.members()) {
            var at = spot.key(member.key(), member.at());
            if (!NAME.matcher(member.key()).matches()) {
                at.refuse("\"" + shown(member.key()) + "\" is no name", "use letters, digits, \".\", \"_\" and \"-\"");
            } else {
                member(member, named.value(), at).ifPresent(members::add);
            }
        }
        return Optional.of(mapping.with(members));
    }

    private Node listed(Sequence names, Shape.Listing listing, Spot spot) {
        var members = new LinkedHashMap<String, Member>();
        for (int i = 0; i < names.items().size(); i++) {
            var at = spot.index(i, names.items().get(i).place());
            var name = scalar(names.items().get(i), at);
            if (name.isPresent()) {
                var member = new Member(name.get().place(), name.get().text(), listing.of(name.get()), Mark.NONE);
                if (members.putIfAbsent(member.key(), member) != null) {
                    at.refuse("\"" + shown(member.key()) + "\" is named twice");
                }
            }
        }
        return new Mapping(names.place(), List.copyOf(members.values()));
    }

    /** False for null, silently, and for all else that is no mapping. */
    private static boolean isMapping(Node value, Spot spot) {
        boolean absent = value instanceof Scalar scalar && scalar.isNull();
        if (!absent && !(value instanceof Mapping)) {
            spot.refuse("must be a mapping of keys to values");
        }
        return value instanceof Mapping;
    }

    private Optional<Member> member(Member member, Shape shape, Spot spot) {
        if (member.mark() == Mark.RESET) {
            return Optional.of(member.with(new Scalar(member.value().place(), "", Kind.NULL)));
        }
        int before = complaints.count();
        var shaped = shape(member.value(), shape, spot);
        return shaped.isEmpty() && complaints.count() > before
                ? Optional.of(member.with(new Scalar(member.value().place(), "", Kind.NULL)))
                : shaped.map(member::with);
    }

    private Optional<Node> fieldsOrShort(Node value, Fields fields, Spot spot) {
        if (value instanceof Scalar scalar) {
            if (scalar.isNull()) {
                return Optional.of(fields(new Mapping(spot.place(), List.of()), fields, spot));
            }
            if (fields.form().isPresent()) {
                return fields.form().get().expand(scalar, spot).stream()
                        .findFirst()
                        .map(mapping -> fields(mapping, fields, spot));
            }
        }
        return isMapping(value, spot) ? Optional.of(fields((Mapping) value, fields, spot)) : Optional.empty();
    }

    private Mapping fields(Mapping mapping, Fields fields, Spot spot) {
        int before = complaints.count();
        var members = new ArrayList<Member>(mapping.members().size());
        for (var member : mapping.members()) {
            var at = spot.key(member.key(), member.at());
            var shape = fields.keys().get(member.key());
            if (shape != null) {
                member(member, shape, at).ifPresent(members::add);
            } else if (member.key().startsWith("x-") && !member.key().startsWith("x-banyan-")) {
                members.add(member.with(free(member.value())));
            } else {
                unknown(member, fields, at);
            }
        }
        for (var name : fields.required()) {
            if (!complaints.full()
                    && mapping.member(name).isEmpty()
                    && mapping.members().stream().noneMatch(near(name))) {
                spot.refuse("has no \"" + name + "\"");
            }
        }
        var shaped = mapping.with(members);
        return complaints.count() == before ? fields.rule().apply(shaped, spot, base) : shaped;
    }

    /** Such a key is complained of as such; that the right one is missing is no second mistake. */
    private static java.util.function.Predicate<Member> near(String name) {
        return member -> Suggestions.nearest(member.key(), List.of(name)).isPresent();
    }

    private static void unknown(Member member, Fields fields, Spot spot) {
        if (spot.complaints().full()) {
            return;
        }
        spot.refuse(
                "unknown key \"" + shown(member.key()) + "\"",
                ComposeKeys.placeOf(member.key())
                        .or(() -> Suggestions.didYouMean(
                                member.key(), fields.keys().keySet())));
    }

    private Optional<Node> pairs(Node value, Pairs pairs, Spot spot) {
        if (value instanceof Sequence list) {
            return Optional.of(pairsOf(list, pairs, spot));
        }
        if (!isMapping(value, spot)) {
            return Optional.empty();
        }
        var members = new ArrayList<Member>();
        for (var member : ((Mapping) value).members()) {
            var at = spot.key(member.key(), member.at());
            if (member.mark() == Mark.RESET) {
                members.add(member.with(new Scalar(member.value().place(), "", Kind.NULL)));
            } else if (named(member.key(), at)) {
                pairValue(member.value(), pairs, at).ifPresent(read -> members.add(member.with(read)));
            }
        }
        return Optional.of(((Mapping) value).with(members));
    }

    private static Optional<Node> pairValue(Node value, Pairs pairs, Spot spot) {
        if (!(value instanceof Scalar scalar)) {
            spot.at(value.place()).refuse("must be a single value");
            return Optional.empty();
        }
        return scalar.isNull() ? bare(scalar, pairs, spot) : Optional.of(text(scalar, scalar.text()));
    }

    private static Optional<Node> bare(Node at, Pairs pairs, Spot spot) {
        return switch (pairs.bare()) {
            case INHERITED -> Optional.of(new Scalar(at.place(), "", Kind.NULL));
            case EMPTY -> Optional.of(text(at, ""));
            case WRONG -> {
                spot.refuse("needs a value");
                yield Optional.empty();
            }
        };
    }

    /** The later of two of the same name holds. */
    private Mapping pairsOf(Sequence list, Pairs pairs, Spot spot) {
        Map<String, Member> members = new LinkedHashMap<>();
        for (int i = 0; i < list.items().size(); i++) {
            var item = list.items().get(i);
            var at = spot.index(i, item.place());
            scalar(item, at).ifPresent(scalar -> {
                int equals = scalar.text().indexOf('=');
                var name = equals < 0 ? scalar.text() : scalar.text().substring(0, equals);
                var value = equals < 0
                        ? bare(scalar, pairs, at)
                        : Optional.<Node>of(text(scalar, scalar.text().substring(equals + 1)));
                if (named(name, at)) {
                    value.ifPresent(found -> members.put(name, new Member(scalar.place(), name, found, Mark.NONE)));
                }
            });
        }
        return new Mapping(list.place(), List.copyOf(members.values()));
    }

    private static boolean named(String name, Spot spot) {
        if (name.isBlank() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0) {
            spot.refuse("\"" + shown(name) + "\" is no name of a variable", "write NAME=value");
            return false;
        }
        return true;
    }

    private Optional<Node> hosts(Node value, Spot spot) {
        var entries = new HostEntries(spot);
        if (value instanceof Sequence list) {
            for (int i = 0; i < list.items().size(); i++) {
                var at = spot.index(i, list.items().get(i).place());
                scalar(list.items().get(i), at).ifPresent(scalar -> entries.line(scalar, at));
            }
        } else if (isMapping(value, spot)) {
            ((Mapping) value).members().forEach(entries::member);
        } else {
            return Optional.empty();
        }
        return Optional.of(new Sequence(value.place(), Uniqueness.of(entries.found(), Optional.of(Uniqueness.WHOLE))));
    }

    /** Scalars become what readers of YAML 1.2 take them for. */
    private static Node free(Node value) {
        return switch (value) {
            case Scalar scalar -> Plain.resolved(scalar);
            case Sequence sequence ->
                new Sequence(
                        sequence.place(),
                        sequence.items().stream().map(Shaper::free).toList());
            case Mapping mapping ->
                mapping.with(mapping.members().stream()
                        .map(member -> member.with(free(member.value())))
                        .toList());
        };
    }

    static String shown(String text) {
        return text.length() <= QUOTED_MAX ? text : text.substring(0, QUOTED_MAX) + "...";
    }
}
