package dev.banyan.api.source;

import dev.banyan.api.source.YamlValue.Entry;
import dev.banyan.api.source.YamlValue.Mapping;
import dev.banyan.api.source.YamlValue.Scalar;
import dev.banyan.api.source.YamlValue.Sequence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;

/** Builds a tree out of the parser's events, counting as it goes, so that no limit is passed before it is noticed. */
final class TreeBuilder {
    /** Deeper nesting than any manifest needs; bounds the recursion here and in every reader of the tree. */
    static final int DEPTH_MAX = 32;

    /** Most values, with those behind aliases counted each time. */
    static final int NODES_MAX = 20_000;

    static final int ALIASES_MAX = 50;

    /** Most characters of one scalar. */
    static final int SCALAR_MAX = 64 * 1024;

    private final Iterator<Event> events;
    private final Problems problems;
    private final Map<Anchor, Anchored> anchors = new HashMap<>();
    private int nodes;
    private int aliases;

    private record Anchored(YamlValue value, int nodes, int height) {}

    private record Built(YamlValue value, int height) {}

    TreeBuilder(Iterator<Event> events, Problems problems) {
        this.events = events;
        this.problems = problems;
    }

    /** The only document of the stream. */
    Optional<Mapping> document() {
        events.next(); // start of the stream
        var start = events.next();
        if (start.getEventId() == Event.ID.StreamEnd) {
            problems.add("", Position.START, "is empty");
            return Optional.empty();
        }
        var root = build(events.next(), 1).value();
        events.next(); // end of the document
        var after = events.next();
        if (after.getEventId() != Event.ID.StreamEnd) {
            problems.add("", at(after), "holds a second document; one file is one document");
        }
        if (root instanceof Mapping mapping) {
            return Optional.of(mapping);
        }
        boolean empty = root instanceof Scalar scalar && scalar.isNull();
        problems.add("", root.position(), empty ? "is empty" : "must be a mapping of keys to values");
        return Optional.empty();
    }

    private Built build(Event event, int depth) {
        if (depth > DEPTH_MAX) {
            throw new YamlLimitException(at(event), "is nested deeper than " + DEPTH_MAX + " levels");
        }
        count(1, at(event));
        if (event instanceof AliasEvent alias) {
            return resolve(alias, depth);
        }
        int before = nodes;
        var built = content(event, depth);
        if (event instanceof NodeEvent node) {
            node.getAnchor()
                    .ifPresent(
                            name -> anchors.put(name, new Anchored(built.value(), nodes - before + 1, built.height())));
        }
        return built;
    }

    private Built content(Event event, int depth) {
        return switch (event) {
            case ScalarEvent scalar -> new Built(scalar(scalar), 1);
            case SequenceStartEvent sequence -> sequence(sequence, depth);
            case MappingStartEvent mapping -> mapping(mapping, depth);
            default -> throw new IllegalStateException("unexpected " + event.getEventId());
        };
    }

    private Built resolve(AliasEvent alias, int depth) {
        if (++aliases > ALIASES_MAX) {
            throw new YamlLimitException(at(alias), "uses more than " + ALIASES_MAX + " aliases");
        }
        var name = alias.getAlias();
        var target = anchors.get(name);
        if (target == null) {
            problems.add("", at(alias), "alias *" + name.getValue() + " has no finished anchor before it");
            return new Built(new Scalar(at(alias), "", false), 1);
        }
        if (depth + target.height() - 1 > DEPTH_MAX) {
            throw new YamlLimitException(at(alias), "is nested deeper than " + DEPTH_MAX + " levels");
        }
        count(target.nodes(), at(alias));
        return new Built(target.value(), target.height());
    }

    private Scalar scalar(ScalarEvent event) {
        refuseTag(event.getTag(), event);
        if (event.getValue().length() > SCALAR_MAX) {
            throw new YamlLimitException(at(event), "holds a value longer than " + SCALAR_MAX / 1024 + " KiB");
        }
        return new Scalar(at(event), event.getValue(), !event.isPlain());
    }

    private Built sequence(SequenceStartEvent start, int depth) {
        refuseTag(start.getTag(), start);
        var items = new ArrayList<YamlValue>();
        int height = 0;
        for (var event = events.next(); event.getEventId() != Event.ID.SequenceEnd; event = events.next()) {
            var built = build(event, depth + 1);
            items.add(built.value());
            height = Math.max(height, built.height());
        }
        return new Built(new Sequence(at(start), items), height + 1);
    }

    private Built mapping(CollectionStartEvent start, int depth) {
        refuseTag(start.getTag(), start);
        var entries = new LinkedHashMap<String, Entry>();
        var merged = new ArrayList<YamlValue>();
        int height = 0;
        for (var event = events.next(); event.getEventId() != Event.ID.MappingEnd; event = events.next()) {
            var key = build(event, depth + 1).value();
            var built = build(events.next(), depth + 1);
            height = Math.max(height, built.height());
            if (key instanceof Scalar scalar && scalar.text().equals("<<") && !scalar.quoted()) {
                merged.add(built.value());
            } else {
                keep(entries, key, built.value());
            }
        }
        merged.forEach(value -> merge(entries, value));
        return new Built(new Mapping(at(start), List.copyOf(entries.values())), height + 1);
    }

    private void keep(Map<String, Entry> entries, YamlValue key, YamlValue value) {
        if (!(key instanceof Scalar name)) {
            problems.add("", key.position(), "a key must be a word");
            return;
        }
        var first = entries.putIfAbsent(name.text(), new Entry(name, value));
        if (first != null) {
            problems.add(
                    "",
                    name.position(),
                    "key \"" + name.text() + "\" is given twice",
                    "it stands on line " + first.key().position().line() + " already");
        }
    }

    /** Entries of the mapping itself win over merged ones, and earlier merged ones over later. */
    private void merge(Map<String, Entry> entries, YamlValue value) {
        switch (value) {
            case Mapping mapping ->
                mapping.entries()
                        .forEach(entry -> entries.putIfAbsent(entry.key().text(), entry));
            case Sequence sequence -> {
                count(sequence.items().size(), sequence.position());
                sequence.items().forEach(item -> merge(entries, item));
            }
            case Scalar scalar -> problems.add("", scalar.position(), "\"<<\" merges mappings only");
        }
    }

    private void refuseTag(Optional<String> tag, Event event) {
        tag.filter(name -> !name.equals("!"))
                .ifPresent(name -> problems.add("", at(event), "the tag " + name + " is not supported"));
    }

    private void count(int more, Position at) {
        nodes += more;
        if (nodes > NODES_MAX) {
            throw new YamlLimitException(at, "holds more than " + NODES_MAX + " values");
        }
    }

    private static Position at(Event event) {
        Optional<Mark> mark = event.getStartMark();
        return mark.map(found -> new Position(found.getLine() + 1, found.getColumn() + 1))
                .orElse(Position.START);
    }
}
