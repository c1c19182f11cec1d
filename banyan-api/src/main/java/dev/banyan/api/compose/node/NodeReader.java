package dev.banyan.api.compose.node;

import dev.banyan.api.compose.node.Node.Mapping;
import dev.banyan.api.compose.node.Node.Member;
import dev.banyan.api.compose.node.Node.Scalar;
import dev.banyan.api.compose.node.Node.Sequence;
import dev.banyan.api.source.Problems;
import dev.banyan.api.source.YamlReader;
import dev.banyan.api.source.YamlValue;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;

/** Reads YAML and JSON into nodes. Never throws for a text, whatever it holds. */
public final class NodeReader {
    private static final Map<String, Mark> MARKS =
            Map.of("", Mark.NONE, "!reset", Mark.RESET, "!override", Mark.OVERRIDE);

    private final Origin origin;

    private NodeReader(Origin origin) {
        this.origin = origin;
    }

    /** The text's mapping; empty when there is none, and {@code complaints} says why. */
    public static Optional<Mapping> read(Origin origin, Complaints complaints) {
        var source = origin.source();
        var problems = origin.secret() ? Problems.inSecret(source) : Problems.in(source);
        var document = YamlReader.read(source, problems, MARKS.keySet());
        complaints.refuseAll(origin, problems);
        return document.map(new NodeReader(origin)::mapping);
    }

    private Node node(YamlValue value) {
        return switch (value) {
            case YamlValue.Scalar scalar ->
                new Scalar(
                        new Place(origin, scalar.position()), scalar.text(), scalar.quoted() ? Kind.TEXT : Kind.PLAIN);
            case YamlValue.Sequence sequence -> sequence(sequence);
            case YamlValue.Mapping mapping -> mapping(mapping);
        };
    }

    private Sequence sequence(YamlValue.Sequence sequence) {
        var items = new ArrayList<Node>(sequence.items().size());
        sequence.items().forEach(item -> items.add(node(item)));
        return new Sequence(new Place(origin, sequence.position()), items);
    }

    private Mapping mapping(YamlValue.Mapping mapping) {
        var members = new ArrayList<Member>(mapping.entries().size());
        for (var entry : mapping.entries()) {
            var key = new Place(origin, entry.key().position());
            var mark = MARKS.getOrDefault(entry.tag(), Mark.NONE);
            members.add(new Member(key, entry.key().text(), node(entry.value()), mark));
        }
        return new Mapping(new Place(origin, mapping.position()), members);
    }
}
