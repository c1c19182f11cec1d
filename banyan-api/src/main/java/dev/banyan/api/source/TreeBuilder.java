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
import java.util.Set;
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

    /** What stands behind an alias counts with {@link #NODES_MAX}; this bounds those that stand for nothing. */
    static final int ALIASES_MAX = 1000;

    /** Most characters of a key: it is printed in messages, and compared with others. */
    static final int KEY_MAX = 1024;

    /** Most characters of one scalar. */
    static final int SCALAR_MAX = 64 * 1024;

    private static final String TEXT_TAG = "tag:yaml.org,2002:str";

    /** Say what a value is anyway; whoever wants a value of a type asks for it. */
    private static final Set<String> PLAIN_TAGS = Set.of(
            TEXT_TAG,
            "tag:yaml.org,2002:int",
            "tag:yaml.org,2002:float",
            "tag:yaml.org,2002:bool",
            "tag:yaml.org,2002:null",
            "tag:yaml.org,2002:map",
            "tag:yaml.org,2002:seq");

    private final Iterator<Event> events;
    private final Problems problems;
    private final Set<String> tags;
    private final Map<Anchor, Anchored> anchors = new HashMap<>();
    private int nodes;
    private int aliases;

    private record Anchored(YamlValue value, int nodes, int height, String mark) {}

    private record Built(YamlValue value, int height) {}

    /** @param tags that the value of a key may have */
    TreeBuilder(Iterator<Event> events, Problems problems, Set<String> tags) {
        this.events = events;
        this.problems = problems;
        this.tags = Set.copyOf(tags);
    }

    /** The only document of the stream. */
    Optional<Mapping> document() {
        events.next(); // start of the stream
        var start = events.next();
        if (start.getEventId() == Event.ID.StreamEnd) {
            problems.add("", Position.START, "is empty");
            return Optional.empty();
        }
        var root = build(unmarked(events.next()), 1).value();
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
                    .ifPresent(name -> anchors.put(
                            name, new Anchored(built.value(), nodes - before + 1, built.height(), mark(event))));
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
        boolean text = event.getTag().filter(TEXT_TAG::equals).isPresent();
        return new Scalar(at(event), event.getValue(), text || !event.isPlain());
    }

    private Built sequence(SequenceStartEvent start, int depth) {
        refuseTag(start.getTag(), start);
        var items = new ArrayList<YamlValue>();
        int height = 0;
        for (var event = events.next(); event.getEventId() != Event.ID.SequenceEnd; event = events.next()) {
            var built = build(unmarked(event), depth + 1);
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
            var key = build(unmarked(event), depth + 1).value();
            var content = events.next();
            var built = build(content, depth + 1);
            height = Math.max(height, built.height());
            if (key instanceof Scalar scalar && scalar.text().equals("<<") && !scalar.quoted()) {
                merged.add(built.value());
            } else {
                keep(entries, key, built.value(), mark(content));
            }
        }
        merged.forEach(value -> merge(entries, value));
        return new Built(new Mapping(at(start), List.copyOf(entries.values())), height + 1);
    }

    private void keep(Map<String, Entry> entries, YamlValue key, YamlValue value, String mark) {
        if (!(key instanceof Scalar name)) {
            problems.add("", key.position(), "a key must be a word");
            return;
        }
        if (name.text().length() > KEY_MAX) {
            throw new YamlLimitException(name.position(), "holds a key longer than " + KEY_MAX + " characters");
        }
        var first = entries.putIfAbsent(name.text(), new Entry(name, value, mark));
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
        tag.filter(name -> !name.equals("!") && !PLAIN_TAGS.contains(name) && !tags.contains(name))
                .ifPresent(name -> problems.add("", at(event), "the tag " + name + " is not supported"));
    }

    /** The tag that the value of a key keeps. */
    private String mark(Event event) {
        return tagOf(event).filter(tags::contains).orElse("");
    }

    /** For an event that is no value of a key, and may not have such a tag. */
    private Event unmarked(Event event) {
        var mark = mark(event);
        if (!mark.isEmpty()) {
            problems.add("", at(event), "the tag " + mark + " stands before the value of a key only");
        }
        return event;
    }

    /** An alias has the tag of what it stands for. */
    private Optional<String> tagOf(Event event) {
        return switch (event) {
            case AliasEvent alias ->
                Optional.ofNullable(anchors.get(alias.getAlias())).map(Anchored::mark);
            case ScalarEvent scalar -> scalar.getTag();
            case CollectionStartEvent collection -> collection.getTag();
            default -> Optional.empty();
        };
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
