package dev.banyan.agent.proxy;

import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.host.nft.NftChain;
import dev.banyan.agent.host.nft.NftSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * How the backend of a new flow is picked: the chain that its entrance leads to, and what belongs to it. Pure.
 *
 * <p>Without affinity it is one rule. With it, each backend has a set of the clients that it had lately, shared by all entrances of its
 * service, and a chain that adds the client and translates. Who is in no set is given a backend by a hash of its address, so that servers
 * that agree on the backends agree on the client's; the sets keep clients where they are while backends come and go.
 *
 * @param chains those that are jumped to first
 * @param learned the sets of clients
 */
record Picking(List<NftChain> chains, List<NftSet> learned) {
    /** As many clients of a backend are known again; a further one is led all the same, and may change. About 5 MB of the kernel's memory. */
    private static final int CLIENTS_MAX = 65_536;

    /**
     * One possibility.
     *
     * @param target as packet rules call it, such as {@code 10.192.0.5:80}
     */
    record Share(Ipv4Address address, String target, int weight) {}

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

    /** The chain {@code name} that leads to one of {@code shares}, of which there is at least one. */
    static Picking of(String name, Opening opening, List<Share> shares, Optional<Affinity> affinity) {
        if (affinity.isPresent()) {
            return kept(name, opening, shares, affinity.get());
        }
        var rules = new ArrayList<>(opening.conditions());
        rules.add(opening.protocols() + "dnat ip to " + drawn(shares));
        return new Picking(List.of(NftChain.plain(name, rules)), List.of());
    }

    private static Picking kept(String name, Opening opening, List<Share> shares, Affinity affinity) {
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
                            opening.protocols() + "dnat ip to " + share.target())));
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
        return name + ".b." + share.target().replace(':', '.');
    }

    private static String element(Share share) {
        return share.target().replace(":", " . ");
    }

    private static String drawn(List<Share> shares) {
        return shares.size() == 1
                ? shares.getFirst().target()
                : "numgen random mod " + total(shares) + " map " + elements(shares, Picking::element);
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
