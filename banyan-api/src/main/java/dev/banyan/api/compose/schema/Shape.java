package dev.banyan.api.compose.schema;

import dev.banyan.api.compose.node.Node;
import dev.banyan.api.compose.node.Node.Mapping;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a value looks like, and how two of them are joined. */
public sealed interface Shape {
    /** One value. The later of two holds. */
    record One(Form form) implements Shape {}

    /**
     * A path on the user's machine; made relative to the project's directory. The later of two holds.
     *
     * @param urls it may be an address or a name with a scheme instead, which is left alone
     */
    record Located(boolean urls) implements Shape {}

    /** A command: words, or a line to be split as a shell does. The later of two holds. */
    record Words(boolean check) implements Shape {}

    /**
     * A list; two are put one after the other.
     *
     * @param identity of an item, where a later one takes the place of an earlier one that has the same
     * @param alone one item may stand without a list
     */
    record Listed(Shape item, Optional<Identity> identity, boolean alone) implements Shape {}

    /**
     * Values under names that the author chose; joined name by name.
     *
     * @param listed what a name in a mere list of names stands for; empty where such a list is not allowed
     */
    record Named(Shape value, Optional<Listing> listed) implements Shape {}

    /**
     * Values under names, or a list of {@code NAME=value}; joined name by name.
     *
     * @param bare what a name without a value is
     */
    record Pairs(Bare bare) implements Shape {}

    /** Names of hosts with addresses, as {@code name=address}. Two lists are put one after the other, each entry once. */
    record Hosts() implements Shape {}

    /** Whether a resource is somebody else's: a boolean, or a mapping with its name. The later of two holds. */
    record External() implements Shape {
        static final Fields NAME = fields("name", new One(Forms.TEXT));
    }

    /** Anything; for what belongs to the author. */
    record Free() implements Shape {}

    /**
     * Known keys; joined key by key.
     *
     * @param keys with their values, in alphabetical order
     * @param required without which it means nothing, even before it is joined
     * @param form what else it may be written as
     * @param rule what must hold between its keys, even before it is joined
     */
    record Fields(Map<String, Shape> keys, List<String> required, Optional<ShortForm> form, Rule rule, Joining joining)
            implements Shape {
        public Fields {
            keys = Collections.unmodifiableMap(new LinkedHashMap<>(keys));
            required = List.copyOf(required);
        }

        /** With keys that must be there. */
        Fields needs(String... names) {
            return new Fields(keys, List.of(names), form, rule, joining);
        }

        /** With another way to write it. */
        Fields orShort(ShortForm other) {
            return new Fields(keys, required, Optional.of(other), rule, joining);
        }

        /** With a rule. */
        Fields with(Rule other) {
            return new Fields(keys, required, form, other, joining);
        }

        /** Joined in another way. */
        Fields joined(Joining other) {
            return new Fields(keys, required, form, rule, other);
        }
    }

    /** What makes two items of a list the same; empty for an item that is like no other. */
    @FunctionalInterface
    interface Identity {
        Optional<String> of(Node item);
    }

    /** Mappings for a scalar that stands for them; none when it was refused. */
    @FunctionalInterface
    interface ShortForm {
        List<Mapping> expand(Node.Scalar written, Spot spot);
    }

    /** Checks a mapping whose values are right, and may complete it. */
    @FunctionalInterface
    interface Rule {
        Mapping apply(Mapping shaped, Spot spot, Base base);
    }

    /** The mapping for a name in a list. */
    @FunctionalInterface
    interface Listing {
        Mapping of(Node.Scalar name);
    }

    /** What a name without a value is, in a shape of pairs. */
    enum Bare {
        /** Taken from somewhere else: it stays null. */
        INHERITED,
        /** An empty text. */
        EMPTY,
        /** A mistake. */
        WRONG
    }

    /** How two mappings of known keys become one. */
    enum Joining {
        /** Key by key. */
        KEYS,
        /** Key by key, unless they name different drivers: then the later holds alone. */
        SAME_DRIVER
    }

    /** A mapping of these keys; {@code table} holds a name and a shape in turn. */
    static Fields fields(Object... table) {
        var keys = new java.util.TreeMap<String, Shape>();
        for (int i = 0; i < table.length; i += 2) {
            keys.put((String) table[i], (Shape) table[i + 1]);
        }
        return new Fields(keys, List.of(), Optional.empty(), (shaped, spot, base) -> shaped, Joining.KEYS);
    }

    /** A list that is put behind another. */
    static Listed list(Shape item) {
        return new Listed(item, Optional.empty(), false);
    }

    /** A list in which a later item takes the place of an earlier one. */
    static Listed list(Shape item, Identity identity) {
        return new Listed(item, Optional.of(identity), false);
    }

    /** A list, or one item alone. */
    static Listed listOrOne(Shape item, Identity identity) {
        return new Listed(item, Optional.of(identity), true);
    }

    /** Names with values. */
    static Named named(Shape value) {
        return new Named(value, Optional.empty());
    }

    /** All paths of keys below, such as {@code services.*.ports.*.target}; {@code *} stands for a name or an item. */
    default List<String> paths() {
        var paths = new ArrayList<String>();
        collect(this, "", paths);
        return List.copyOf(paths);
    }

    private static void collect(Shape shape, String prefix, List<String> paths) {
        switch (shape) {
            case Fields fields ->
                fields.keys().forEach((key, value) -> {
                    var path = prefix.isEmpty() ? key : prefix + "." + key;
                    paths.add(path);
                    collect(value, path, paths);
                });
            case Listed list -> collect(list.item(), prefix + ".*", paths);
            case Named named -> collect(named.value(), prefix + ".*", paths);
            case One one -> {}
            case Located located -> {}
            case Words words -> {}
            case Pairs pairs -> {}
            case Hosts hosts -> {}
            case External external -> {}
            case Free free -> {}
        }
    }
}
