package dev.banyan.agent.proxy;

import dev.banyan.agent.host.AddressFamily;
import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.nft.NftChain;
import dev.banyan.agent.host.nft.NftElements;
import dev.banyan.agent.host.nft.NftSet;
import dev.banyan.agent.host.nft.NftTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Turns sets into the packet rules that serve them. Equal sets give equal tables, whatever the order of frontends and backends and
 * whichever sets came before: a former one only spares the work for all services that are still the same. For one caller at a time.
 *
 * <p>Source addresses. A backend sees the client's own address, except in four cases in which the answer would otherwise miss this
 * server, and in which it sees an address of this server:
 *
 * <ul>
 *   <li>the connection comes from 127.0.0.0/8, an address that means something else in the container;
 *   <li>the client is the very container that was picked: it would take its own address for forged;
 *   <li>the client is no container and the backend runs on another server, which would answer the client directly;
 *   <li>the client is a container that used a published port, and the backend runs on another server, which knows what was asked for by this
 *       alone, and would refuse a container of another app.
 * </ul>
 *
 * <p>Refusals. A published port without backends, one that the client may not use, and every port of a virtual address that no frontend has, is answered with a TCP reset
 * or an ICMP port unreachable, so that clients fail at once instead of waiting.
 */
final class ProxyTable {
    private static final String BY_ADDRESS = "ipv4_addr . inet_proto . inet_service";
    private static final String BY_PORT = "inet_proto . inet_service";
    private static final int DESTINATION_NAT = -100;
    private static final int SOURCE_NAT = 100;
    /** Before every firewall's own chains, since a packet that they drop is one whose client waits. */
    private static final int BEFORE_FILTERS = -10;
    /** In the output hook, after destinations were translated. */
    private static final int FILTERS = 0;

    private static final List<String> REFUSE =
            List.of("meta l4proto tcp reject with tcp reset", "reject with icmp type port-unreachable");

    private final String name;
    private final AddressFamily family;
    private Optional<ClusterRanges> ranges = Optional.empty();
    private List<NftChain> common = List.of();
    private Map<Object, Made> frontends = Map.of();
    private Map<Object, Made> services = Map.of();
    private final Map<String, Elements> elements = new HashMap<>();
    private final TreeMap<String, NftChain> chains = new TreeMap<>();

    /** Makes tables called {@code name}. */
    ProxyTable(String name, AddressFamily family) {
        this.name = name;
        this.family = family;
    }

    /** The table of {@code set} under {@code name}. */
    static NftTable of(String name, ProxySet set) {
        return new ProxyTable(name, AddressFamily.IPV4).of(set);
    }

    /** The table of {@code set}, whichever were asked for before. */
    NftTable of(ProxySet set) {
        if (!ranges.equals(Optional.of(set.ranges()))) {
            forget();
            ranges = Optional.of(set.ranges());
            common = common(set.ranges());
        }
        var to = set.ranges();
        frontends = follow(frontends, set.frontends(), ProxyTable::key, one -> ServiceRules.of(to, family, one));
        services = follow(services, set.services(), VirtualService::address, one -> ServiceRules.of(to, family, one));
        return table();
    }

    private void forget() {
        frontends = Map.of();
        services = Map.of();
        elements.clear();
        chains.clear();
    }

    /** No other frontend of a set has it. */
    private static Object key(Frontend frontend) {
        return List.of(frontend.protocol(), frontend.entrances().getFirst());
    }

    /** The rules that {@code of}, a frontend or a whole service, was given. One is not another: to compare what they say takes long. */
    private static final class Made {
        private final Object of;
        private final ServiceRules rules;

        Made(Object of, ServiceRules rules) {
            this.of = of;
            this.rules = rules;
        }
    }

    /** Takes out what is not wanted any more, then puts in what is new: a name may pass from the one to the other. */
    private <T> Map<Object, Made> follow(
            Map<Object, Made> before, List<T> wanted, Function<T, Object> key, Function<T, ServiceRules> maker) {
        var after = HashMap.<Object, Made>newHashMap(wanted.size());
        var fresh = new ArrayList<ServiceRules>();
        for (var one : wanted) {
            var name = key.apply(one);
            var known = before.get(name);
            if (known == null || !known.of.equals(one)) {
                known = new Made(one, maker.apply(one));
                fresh.add(known.rules);
            }
            after.put(name, known);
        }
        before.forEach((name, made) -> {
            if (after.get(name) != made) {
                remove(made.rules);
            }
        });
        fresh.forEach(this::add);
        return after;
    }

    private void add(ServiceRules rules) {
        rules.chains().forEach(chain -> chains.put(chain.name(), chain));
        rules.elements().forEach((set, more) -> more.forEach(elements(set)::add));
    }

    private void remove(ServiceRules rules) {
        rules.chains().forEach(chain -> chains.remove(chain.name()));
        rules.elements().forEach((set, less) -> less.keySet().forEach(elements(set)::remove));
    }

    private Elements elements(String set) {
        return elements.computeIfAbsent(set, absent -> new Elements());
    }

    private NftTable table() {
        var sets = new ArrayList<>(List.of(
                map("virtuals", BY_ADDRESS),
                map("wholes", "ipv4_addr"),
                map("ports", BY_PORT),
                values("tcp_slots", "tcp dport . " + NftSet.NUMBER + " : ip daddr . tcp dport"),
                values("udp_slots", "udp dport . " + NftSet.NUMBER + " : ip daddr . udp dport"),
                values("whole_slots", "ip daddr . " + NftSet.NUMBER + " : ip daddr"),
                set("refused", BY_PORT),
                set("closed", BY_ADDRESS),
                set("hairpins", "ipv4_addr . ipv4_addr"),
                set("remotes", "ipv4_addr")));
        Stream.concat(frontends.values().stream(), services.values().stream())
                .filter(made -> !made.rules.learned().isEmpty())
                .flatMap(made -> made.rules.learned().stream())
                .collect(Collectors.toMap(NftSet::name, Function.identity(), (one, same) -> one, TreeMap::new))
                .values()
                .forEach(sets::add);
        var all = new ArrayList<>(common);
        all.addAll(chains.values());
        return NftTable.of(family, name, sets, all);
    }

    /** The chains of no service in particular. */
    private List<NftChain> common(ClusterRanges ranges) {
        var all = new ArrayList<>(List.of(
                NftChain.plain("refuse", REFUSE),
                NftChain.plain("dispatch", dispatch()),
                NftChain.hooked("prerouting", "nat", "prerouting", DESTINATION_NAT, List.of("jump dispatch")),
                NftChain.hooked("output", "nat", "output", DESTINATION_NAT, List.of("jump dispatch")),
                NftChain.hooked("postrouting", "nat", "postrouting", SOURCE_NAT, sources(ranges)),
                NftChain.hooked("input", "filter", "input", BEFORE_FILTERS, refusePublished()),
                NftChain.hooked("forward", "filter", "forward", BEFORE_FILTERS, List.of(refuseVirtual(ranges))),
                NftChain.hooked("local", "filter", "output", FILTERS, List.of(refuseVirtual(ranges)))));
        all.addAll(Picking.slots("tcp", "meta l4proto tcp ", "tcp dport", "tcp_slots"));
        all.addAll(Picking.slots("udp", "meta l4proto udp ", "udp dport", "udp_slots"));
        all.addAll(Picking.slots("wholes", "", "ip daddr", "whole_slots"));
        return all;
    }

    private NftSet set(String set, String type) {
        return made(set, NftSet.Kind.SET, type);
    }

    private NftSet map(String set, String type) {
        return made(set, NftSet.Kind.VERDICT_MAP, type);
    }

    private NftSet values(String set, String type) {
        return made(set, NftSet.Kind.VALUE_MAP, type);
    }

    private NftSet made(String set, NftSet.Kind kind, String type) {
        return elements(set).made(content -> new NftSet(set, kind, family.spoken(type), content));
    }

    /** The elements of one set, each as often as there are services that want it. */
    private static final class Elements {
        private final Map<String, Integer> uses = new HashMap<>();
        private final TreeMap<String, Optional<String>> changes = new TreeMap<>();
        private Optional<NftSet> made = Optional.empty();

        void add(String key, String verdict) {
            if (uses.merge(key, 1, Integer::sum) == 1) {
                changes.put(key, Optional.of(verdict));
            }
        }

        void remove(String key) {
            if (uses.merge(key, -1, Integer::sum) == 0) {
                uses.remove(key);
                changes.put(key, Optional.empty());
            }
        }

        /** The set, which is the same one until an element changes. */
        NftSet made(Function<NftElements, NftSet> maker) {
            if (made.isEmpty() || !changes.isEmpty()) {
                var before = made.map(NftSet::elements).orElse(NftElements.NONE);
                made = Optional.of(maker.apply(before.with(changes)));
                changes.clear();
            }
            return made.get();
        }
    }

    private List<String> dispatch() {
        var rules = new ArrayList<String>();
        if (family.isIpv6()) {
            // The kernel lets nothing from ::1 leave the server: better refused at once, so that clients try 127.0.0.1.
            rules.add("ip daddr " + family.loopback() + " return");
        }
        rules.addAll(List.of(
                "ip daddr . meta l4proto . th dport vmap @virtuals",
                "meta l4proto { tcp, udp } ip daddr vmap @wholes",
                "fib daddr type local meta l4proto . th dport vmap @ports"));
        return rules;
    }

    private List<String> sources(ClusterRanges ranges) {
        var containers = family.of(ranges.containers());
        var rules = new ArrayList<String>();
        if (!family.isIpv6()) {
            rules.add("ip saddr " + family.loopback() + " oifname != \"lo\" ct status dnat masquerade");
        }
        rules.addAll(List.of(
                "ip saddr . ip daddr @hairpins ct status dnat masquerade",
                "ip saddr != " + containers + " ip daddr @remotes ct status dnat masquerade",
                "ip saddr " + containers + " ip daddr @remotes ct status dnat ct original ip daddr != "
                        + family.of(ranges.services()) + " masquerade"));
        return rules;
    }

    /** Whatever gets here was not led to a backend. */
    private static List<String> refusePublished() {
        return List.of(
                "meta l4proto . th dport @refused fib daddr type local goto refuse",
                "ip daddr . meta l4proto . th dport @closed goto refuse");
    }

    private String refuseVirtual(ClusterRanges ranges) {
        return "ip daddr " + family.of(ranges.services()) + " goto refuse";
    }
}
