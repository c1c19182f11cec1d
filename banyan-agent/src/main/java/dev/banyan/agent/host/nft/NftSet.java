package dev.banyan.agent.host.nft;

import dev.banyan.agent.host.AddressFamily;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A named set, or a named map from keys to verdicts, with every element it shall hold; or a set that packet rules fill.
 *
 * @param type of the key, such as {@code ipv4_addr . inet_proto . inet_service}, followed by what else such a set is declared with
 * @param elements from key, as nft lists it, to verdict such as {@code goto chain}; to an empty text in a set
 */
public record NftSet(String name, Kind kind, String type, SortedMap<String, String> elements) {
    /** What the elements are. */
    public enum Kind {
        SET,
        VERDICT_MAP,

        /** Packet rules fill it, and the kernel forgets what was added. */
        LEARNED
    }

    public NftSet {
        elements = Collections.unmodifiableSortedMap(new TreeMap<>(elements));
    }

    /** A set of {@code keys}; repeated ones count once. */
    public static NftSet of(String name, String type, Collection<String> keys) {
        var elements = new TreeMap<String, String>();
        keys.forEach(key -> elements.put(key, ""));
        return new NftSet(name, Kind.SET, type, elements);
    }

    /**
     * A set that rules add keys to.
     *
     * @param seconds after which one is forgotten that was not added again
     * @param most so many are known at once; further ones are not added
     */
    public static NftSet learned(String name, String type, long seconds, int most) {
        return new NftSet(name, Kind.LEARNED, learnedType(type, seconds, most), new TreeMap<>());
    }

    static String learnedType(String type, long seconds, int most) {
        return type + "; size " + most + "; flags dynamic,timeout; timeout " + seconds + "s";
    }

    /** A map from keys to verdicts. */
    public static NftSet verdicts(String name, String type, Map<String, String> verdicts) {
        return new NftSet(name, Kind.VERDICT_MAP, type, new TreeMap<>(verdicts));
    }

    NftSet spoken(AddressFamily family) {
        return new NftSet(name, kind, family.spoken(type), elements);
    }
}
