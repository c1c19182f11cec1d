package dev.banyan.agent.isolation;

import dev.banyan.agent.host.AddressFamily;
import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.host.nft.NftChain;
import dev.banyan.agent.host.nft.NftSet;
import dev.banyan.agent.host.nft.NftTable;
import dev.banyan.api.policy.Openness;
import dev.banyan.api.policy.Party;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Chains that decide who comes in: one for all services of this server that are open to the same others in the same way, so that the
 * services of an app without rules share one, and each address is in one set whatever number of services it may use. Pure.
 */
final class Doors {
    private static final String BY_PORT = "ipv4_addr . inet_proto . inet_service";

    private final AddressFamily family;
    private final Identities identities;
    private final Map<String, List<Party>> byNetwork = new HashMap<>();
    private final Map<String, List<Party>> byApp = new HashMap<>();
    private final List<NftSet> sets = new ArrayList<>();
    private final List<NftChain> chains = new ArrayList<>();
    private final SortedMap<String, String> verdicts = new TreeMap<>();

    /** To {@code inside}, containers of this server that are somebody's. */
    Doors(AddressFamily family, Identities identities, Collection<Ipv4Address> inside) {
        this.family = family;
        this.identities = identities;
        for (var party : identities.parties()) {
            party.networks().keySet().forEach(network -> add(byNetwork, network, party));
            add(byApp, party.namespace() + "/" + party.app(), party);
        }
        var here = new LinkedHashMap<Party, List<Ipv4Address>>();
        inside.forEach(address -> identities.owner(address).ifPresent(owner -> here.computeIfAbsent(
                        owner, unused -> new ArrayList<>())
                .add(address)));
        var alike = new LinkedHashMap<Map<String, Open>, List<Party>>();
        here.keySet().stream()
                .sorted((one, other) -> one.key().compareTo(other.key()))
                .forEach(party -> alike.computeIfAbsent(openTo(party), unused -> new ArrayList<>())
                        .add(party));
        alike.forEach((open, parties) -> door(open, parties, here));
    }

    private static void add(Map<String, List<Party>> index, String key, Party party) {
        index.computeIfAbsent(key, unused -> new ArrayList<>()).add(party);
    }

    /** What is open, without the reason. */
    private record Open(boolean rest, SortedMap<Openness.Port, Boolean> ports) {}

    /** By the keys of those for whom anything is open. */
    private Map<String, Open> openTo(Party party) {
        var open = new TreeMap<String, Open>();
        for (var other : candidates(party)) {
            var openness = Openness.between(other, party);
            if (openness.any()) {
                open.put(other.key(), new Open(openness.rest(), openness.ports()));
            }
        }
        return open;
    }

    /** All others for whom something may be open, without a look at all services of the cluster. */
    private Set<Party> candidates(Party party) {
        // By what they are and not by what they say, which takes long to compare.
        Set<Party> candidates = Collections.newSetFromMap(new IdentityHashMap<>());
        party.networks().keySet().forEach(network -> candidates.addAll(byNetwork.getOrDefault(network, List.of())));
        candidates.addAll(byApp.getOrDefault(party.namespace() + "/" + party.app(), List.of()));
        party.peers().forEach(peer -> candidates.addAll(byApp.getOrDefault(party.namespace() + "/" + peer, List.of())));
        return candidates;
    }

    private void door(Map<String, Open> open, List<Party> parties, Map<Party, List<Ipv4Address>> here) {
        // Not called by who is there: a service more or less changes no names.
        var name = parties.stream()
                .map(party -> NftTable.digest(ways(party)))
                .min(Comparator.naturalOrder())
                .orElseThrow();
        var all = new TreeSet<String>();
        var some = new TreeSet<String>();
        var shut = new TreeSet<String>();
        open.forEach((key, what) -> {
            for (var address : identities.of(key)) {
                if (what.rest()) {
                    all.add(family.of(address));
                }
                what.ports().forEach((port, isOpen) -> (isOpen ? some : shut)
                        .add(family.of(address) + " . " + port.protocol() + " . " + port.number()));
            }
        });
        var rules = new ArrayList<String>();
        set("shut." + name, BY_PORT, shut, "ip saddr . meta l4proto . th dport @%s goto refuse", rules);
        set("some." + name, BY_PORT, some, "ip saddr . meta l4proto . th dport @%s accept", rules);
        set("all." + name, "ipv4_addr", all, "ip saddr @%s accept", rules);
        rules.add("ip saddr @known goto refuse");
        rules.add("drop");
        chains.add(NftChain.plain("door." + name, rules));
        parties.forEach(party -> here.getOrDefault(party, List.of())
                .forEach(address -> verdicts.put(family.of(address), "goto door." + name)));
    }

    /** All that decides for whom a service is open: the same for two services of one door at least. */
    private static String ways(Party party) {
        var rules = party.rules().stream()
                .map(rule -> HexFormat.of().formatHex(rule.toByteArray()))
                .toList();
        return String.join(
                " ",
                party.namespace() + "/" + party.app(),
                party.networks().keySet().toString(),
                new TreeSet<>(party.peers()).toString(),
                rules.toString());
    }

    private void set(String name, String type, Set<String> elements, String rule, List<String> rules) {
        if (!elements.isEmpty()) {
            sets.add(NftSet.of(name, type, elements));
            rules.add(rule.formatted(name));
        }
    }

    List<NftSet> sets() {
        return List.copyOf(sets);
    }

    List<NftChain> chains() {
        return List.copyOf(chains);
    }

    /** From an address to the chain that decides who comes in there. */
    SortedMap<String, String> verdicts() {
        return verdicts;
    }
}
