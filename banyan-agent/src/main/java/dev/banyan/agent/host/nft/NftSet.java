package dev.banyan.agent.host.nft;

import dev.banyan.agent.host.AddressFamily;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A named set, or a named map from keys to verdicts or values, with every element it shall hold; or a set that packet rules fill.
 *
 * @param type of the key, such as {@code ipv4_addr . inet_proto . inet_service}, followed by what else such a set is declared with; of a
 *     map to values expressions that have such keys and values, such as {@code ip daddr . numgen random mod 65536 : ip daddr}
 * @param elements from key, as nft lists it, to verdict such as {@code goto chain}, or to value; to an empty text in a set
 */
public record NftSet(String name, Kind kind, String type, NftElements elements) {
    /** What the elements are. */
    public enum Kind {
        SET,
        VERDICT_MAP,

        /** Keys lead to values, such as addresses. */
        VALUE_MAP,

        /** Packet rules fill it, and the kernel forgets what was added. */
        LEARNED
    }

    /** A number below 65,536 as key of a map to values: as a type it would have no size. */
    public static final String NUMBER = "numgen random mod 65536";

    /** What nft lists of a map that was declared with expressions. */
    private static final Map<String, String> TYPES = Map.of(
            "ip daddr",
            "ipv4_addr",
            "ip6 daddr",
            "ipv6_addr",
            "tcp dport",
            "inet_service",
            "udp dport",
            "inet_service",
            NUMBER,
            "integer");

    /** A set of {@code keys}; repeated ones count once. */
    public static NftSet of(String name, String type, Collection<String> keys) {
        var elements = new TreeMap<String, String>();
        keys.forEach(key -> elements.put(key, ""));
        return new NftSet(name, Kind.SET, type, NftElements.of(elements));
    }

    /**
     * A set that rules add keys to.
     *
     * @param seconds after which one is forgotten that was not added again
     * @param most so many are known at once; further ones are not added
     */
    public static NftSet learned(String name, String type, long seconds, int most) {
        return new NftSet(name, Kind.LEARNED, learnedType(type, seconds, most), NftElements.NONE);
    }

    static String learnedType(String type, long seconds, int most) {
        return type + "; size " + most + "; flags dynamic,timeout; timeout " + seconds + "s";
    }

    /** A map from keys to verdicts. */
    public static NftSet verdicts(String name, String type, Map<String, String> verdicts) {
        return new NftSet(name, Kind.VERDICT_MAP, type, NftElements.of(verdicts));
    }

    /**
     * A map from keys to values; {@code type} has both. Ports are told by the protocol that the rules are for which look into it: nft 1.0.6
     * takes any other for one more condition of the first such rule.
     */
    public static NftSet values(String name, String type, Map<String, String> values) {
        return new NftSet(name, Kind.VALUE_MAP, type, NftElements.of(values));
    }

    /** What it is declared as, such as {@code map ip t ports { type inet_service : verdict; }}, by {@code path} of its table. */
    String declared(String path) {
        return switch (kind) {
            case SET, LEARNED -> "set " + path + " " + name + " { type " + type + "; }";
            case VERDICT_MAP -> "map " + path + " " + name + " { type " + type + " : verdict; }";
            case VALUE_MAP -> "map " + path + " " + name + " { typeof " + type + "; }";
        };
    }

    /** Whether what is listed as {@code told} may be of its type; not everything is told of a map to values. */
    boolean mayBe(String told) {
        return told.equals(type) || kind == Kind.VALUE_MAP && (told.isEmpty() || told.equals(types()));
    }

    private String types() {
        var types = type;
        for (var expression : TYPES.entrySet()) {
            types = types.replace(expression.getKey(), expression.getValue());
        }
        return types;
    }

    /** It while nothing leads to it yet: values of new keys, beside all that are held. */
    NftSet first(Optional<NftSet> held) {
        var content = new TreeMap<String, String>();
        if (kind == Kind.VALUE_MAP) {
            content.putAll(elements.asMap());
        }
        held.ifPresent(now -> content.putAll(now.elements.asMap()));
        return new NftSet(name, kind, type, NftElements.of(content));
    }

    NftSet spoken(AddressFamily family) {
        var words = family.spoken(type);
        return words.equals(type) ? this : new NftSet(name, kind, words, elements);
    }
}
