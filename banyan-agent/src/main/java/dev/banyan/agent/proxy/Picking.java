package dev.banyan.agent.proxy;

import dev.banyan.agent.host.AddressFamily;
import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.host.nft.NftChain;
import dev.banyan.agent.host.nft.NftSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * How the backend of a new flow is picked: the chain that its entrance leads to, and what belongs to it. Pure.
 *
 * <p>Most services have a few backends of one weight and nothing else to decide. They share chains, one for each number of backends: a slot
 * is drawn, and a map from entrance and slot has the backend. So a change of backends changes elements alone, and the kernel has few chains
 * however many services there are.
 *
 * <p>Any other service has a chain of its own, of one rule without affinity. With it, each backend has a set of the clients that it had
 * lately, shared by all entrances of its service, and a chain that adds the client and translates. Who is in no set is given a backend by a
 * hash of its address, so that servers that agree on the backends agree on the client's; the sets keep clients where they are while backends
 * come and go.
 *
 * @param chains those that are jumped to first
 * @param learned the sets of clients
 */
record Picking(List<NftChain> chains, List<NftSet> learned) {
    /** A service with more backends has a chain of its own. Chains are made for all numbers up to it, whether services have them or not. */
    private static final int SLOTS_MAX = 32;

    /** As many clients of a backend are known again; a further one is led all the same, and may change. About 5 MB of the kernel's memory. */
    private static final int CLIENTS_MAX = 65_536;

    /**
     * One possibility.
     *
     * @param port empty for the one that the client asked for
     */
    record Share(Ipv4Address address, OptionalInt port, int weight) {
        /** As packet rules call it, such as {@code 10.192.0.5:80}. */
        String target(AddressFamily family) {
            return port.isPresent() ? family.of(address, port.getAsInt()) : family.of(address);
        }

        /** In names, whatever the family. */
        String label() {
            return address + (port.isPresent() ? "." + port.getAsInt() : "");
        }

        /** As maps have it. */
        String element(AddressFamily family) {
            return family.of(address) + (port.isPresent() ? " . " + port.getAsInt() : "");
        }
    }

    /**
     * What is matched before.
     *
     * @param conditions rules that may end it
     * @param protocols what else every rule begins with, such as {@code meta l4proto tcp} and a space; may be empty
     */
    record Opening(List<String> conditions, String protocols) {
        Opening {
            conditions = List.copyOf(conditions);
        }
    }

    /** Whether {@code shares}, without anything else to decide, are given by slots. */
    static boolean bySlots(List<Share> shares) {
        return shares.size() <= SLOTS_MAX && even(shares);
    }

    /**
     * The chains {@code name.1}, {@code name.2} and so on, of services with so many slots.
     *
     * @param protocols what every rule begins with, as of an {@link Opening}
     * @param entrance what the keys of {@code map} begin with
     */
    static List<NftChain> slots(String name, String protocols, String entrance, String map) {
        var chains = new ArrayList<NftChain>();
        for (int slots = 1; slots <= SLOTS_MAX; slots++) {
            // The second is for a packet that was led here and then overtaken by a change to fewer slots.
            chains.add(NftChain.plain(
                    chain(name, slots),
                    Stream.of(slots, 1)
                            .distinct()
                            .map(drawn -> protocols + "dnat ip to " + entrance + " . numgen random mod " + drawn
                                    + " map @" + map)
                            .toList()));
        }
        return chains;
    }

    /** That of {@link #slots} for so many. */
    static String chain(String name, int slots) {
        return name + "." + slots;
    }

    /** The chain {@code name} that leads to one of {@code shares}, of which there is at least one. */
    static Picking of(
            AddressFamily family, String name, Opening opening, List<Share> shares, Optional<Affinity> affinity) {
        if (affinity.isPresent()) {
            return kept(family, name, opening, shares, affinity.get());
        }
        var rules = new ArrayList<>(opening.conditions());
        rules.add(opening.protocols() + "dnat ip to " + drawn(family, shares));
        return new Picking(List.of(NftChain.plain(name, rules)), List.of());
    }

    private static Picking kept(
            AddressFamily family, String name, Opening opening, List<Share> shares, Affinity affinity) {
        var rules = new ArrayList<>(opening.conditions());
        var chains = new ArrayList<NftChain>();
        var sets = new ArrayList<NftSet>();
        for (var share : shares) {
            long seconds = affinity.time().toSeconds();
            // A change of the time makes another set: the kernel's cannot be changed.
            var set = "c" + seconds + "." + affinity.group() + "." + share.address();
            sets.add(NftSet.learned(set, "ipv4_addr", seconds, CLIENTS_MAX));
            rules.add("ip saddr @" + set + " goto " + chain(name, share));
            // Two rules, since a full set ends the first.
            chains.add(NftChain.plain(
                    chain(name, share),
                    List.of(
                            opening.protocols() + "update @" + set + " { ip saddr }",
                            opening.protocols() + "dnat ip to " + share.target(family))));
        }
        var seed = " seed 0x" + Integer.toHexString(affinity.group().bits());
        rules.add(
                shares.size() == 1
                        ? "goto " + chain(name, shares.getFirst())
                        : "jhash ip saddr mod " + total(shares) + seed + " vmap "
                                + elements(shares, share -> "goto " + chain(name, share)));
        chains.add(NftChain.plain(name, rules));
        return new Picking(chains, sets);
    }

    private static String chain(String name, Share share) {
        return name + ".b." + share.label();
    }

    private static String drawn(AddressFamily family, List<Share> shares) {
        return shares.size() == 1
                ? shares.getFirst().target(family)
                : "numgen random mod " + total(shares) + " map " + elements(shares, share -> share.element(family));
    }

    private static boolean even(List<Share> shares) {
        return shares.stream().mapToInt(Share::weight).distinct().count() == 1;
    }

    private static int total(List<Share> shares) {
        return even(shares)
                ? shares.size()
                : shares.stream().mapToInt(Share::weight).sum();
    }

    private static String elements(List<Share> shares, Function<Share, String> meaning) {
        boolean even = even(shares);
        var elements = new ArrayList<String>();
        int next = 0;
        for (var share : shares) {
            int last = next + (even ? 1 : share.weight()) - 1;
            elements.add((last == next ? "" + next : next + "-" + last) + " : " + meaning.apply(share));
            next = last + 1;
        }
        return "{ " + String.join(", ", elements) + " }";
    }
}
