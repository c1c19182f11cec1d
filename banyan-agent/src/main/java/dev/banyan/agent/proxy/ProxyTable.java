package dev.banyan.agent.proxy;

import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.host.Ipv4Range;
import dev.banyan.agent.host.nft.NftChain;
import dev.banyan.agent.host.nft.NftSet;
import dev.banyan.agent.host.nft.NftTable;
import dev.banyan.agent.proxy.Picking.Opening;
import dev.banyan.agent.proxy.Picking.Share;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Turns a set into the packet rules that serve it. Pure: equal sets give equal tables whatever the order of frontends and backends.
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

    private final ClusterRanges ranges;
    private final TreeMap<String, String> virtuals = new TreeMap<>();
    private final TreeMap<String, String> wholes = new TreeMap<>();
    private final TreeMap<String, String> ports = new TreeMap<>();
    private final TreeSet<String> refused = new TreeSet<>();
    private final TreeSet<String> closed = new TreeSet<>();
    private final TreeSet<String> hairpins = new TreeSet<>();
    private final TreeSet<String> remotes = new TreeSet<>();
    private final TreeMap<String, NftChain> services = new TreeMap<>();
    private final TreeMap<String, NftSet> learned = new TreeMap<>();

    private ProxyTable(ClusterRanges ranges) {
        this.ranges = ranges;
    }

    /** The table of {@code set} under {@code name}. */
    static NftTable of(String name, ProxySet set) {
        var table = new ProxyTable(set.ranges());
        set.frontends().forEach(table::add);
        set.services().forEach(table::add);
        return table.named(name);
    }

    private void add(Frontend frontend) {
        var protocol = frontend.protocol();
        if (frontend.backends().isEmpty() || !frontend.allowed().isEmpty()) {
            frontend.entrances().forEach(entrance -> refuse(protocol, entrance));
        }
        if (frontend.backends().isEmpty()) {
            return;
        }
        var name = name(frontend);
        var shares = frontend.backends().stream()
                .sorted(Comparator.comparing(Backend::address).thenComparing(Backend::port))
                .map(backend -> new Share(backend.address(), backend.toString(), backend.weight()))
                .toList();
        var opening = new Opening(conditions(frontend), "meta l4proto " + protocol.word());
        add(Picking.of(name, opening, shares, frontend.affinity()));
        for (var entrance : frontend.entrances()) {
            lead(protocol, entrance, "goto " + name);
        }
        frontend.backends().forEach(backend -> translateSource(backend.address()));
    }

    private void add(VirtualService service) {
        if (service.backends().isEmpty()) {
            return;
        }
        var shares = service.backends().stream()
                .sorted()
                .map(backend -> new Share(backend, backend.toString(), 1))
                .toList();
        var name = "s." + service.address();
        var affinity = Optional.of(service.affinity())
                .filter(time -> !time.isZero())
                .map(time -> new Affinity(service.address(), time));
        add(Picking.of(name, new Opening(List.of(), "meta l4proto { tcp, udp }"), shares, affinity));
        wholes.put(service.address().toString(), "goto " + name);
        service.backends().forEach(this::translateSource);
    }

    private void add(Picking picking) {
        picking.chains().forEach(chain -> services.put(chain.name(), chain));
        picking.learned().forEach(set -> learned.put(set.name(), set));
    }

    /** What ends the way of a packet that is for somebody else, or of somebody who may not. */
    private static List<String> conditions(Frontend frontend) {
        var conditions = new ArrayList<String>();
        if (frontend.entrances().getFirst() instanceof Entrance.Addressed) {
            conditions.add("fib daddr type != local return");
        }
        if (!frontend.allowed().isEmpty()) {
            var ranges = widest(frontend.allowed()).map(Ipv4Range::toString).collect(Collectors.joining(", "));
            conditions.add("fib saddr type != local ip saddr != { " + ranges + " } return");
        }
        return conditions;
    }

    /** The kernel takes no range that lies in another one. */
    private static Stream<Ipv4Range> widest(List<Ipv4Range> ranges) {
        return ranges.stream()
                .filter(range -> ranges.stream().noneMatch(other -> !other.equals(range) && other.contains(range)))
                .distinct()
                .sorted(Comparator.comparing(Ipv4Range::first));
    }

    private void translateSource(Ipv4Address backend) {
        if (ranges.own().contains(backend)) {
            hairpins.add(backend + " . " + backend);
        } else {
            remotes.add(backend.toString());
        }
    }

    /** A virtual address needs nothing: whatever is still addressed to the service range after translation is refused. */
    private void refuse(Protocol protocol, Entrance entrance) {
        switch (entrance) {
            case Entrance.Published(int port) -> refused.add(protocol.word() + " . " + port);
            case Entrance.Addressed(var address, int port) ->
                closed.add(address + " . " + protocol.word() + " . " + port);
            case Entrance.Virtual ignored -> {}
        }
    }

    private void lead(Protocol protocol, Entrance entrance, String verdict) {
        switch (entrance) {
            case Entrance.Published(int port) -> ports.put(protocol.word() + " . " + port, verdict);
            case Entrance.Addressed(var address, int port) ->
                virtuals.put(address + " . " + protocol.word() + " . " + port, verdict);
            case Entrance.Virtual(var address, int port) ->
                virtuals.put(address + " . " + protocol.word() + " . " + port, verdict);
        }
    }

    private static String name(Frontend frontend) {
        var first = frontend.entrances().stream()
                .map(ProxyTable::label)
                .sorted()
                .findFirst()
                .orElseThrow();
        return frontend.protocol().word() + "." + first;
    }

    private static String label(Entrance entrance) {
        return switch (entrance) {
            case Entrance.Published(int port) -> "p." + port;
            case Entrance.Addressed(var address, int port) -> "a." + address + "." + port;
            case Entrance.Virtual(var address, int port) -> "v." + address + "." + port;
        };
    }

    private NftTable named(String name) {
        var sets = new ArrayList<>(List.of(
                NftSet.verdicts("virtuals", BY_ADDRESS, virtuals),
                NftSet.verdicts("wholes", "ipv4_addr", wholes),
                NftSet.verdicts("ports", BY_PORT, ports),
                NftSet.of("refused", BY_PORT, refused),
                NftSet.of("closed", BY_ADDRESS, closed),
                NftSet.of("hairpins", "ipv4_addr . ipv4_addr", hairpins),
                NftSet.of("remotes", "ipv4_addr", remotes)));
        sets.addAll(learned.values());
        var chains = new ArrayList<>(List.of(
                NftChain.plain("refuse", REFUSE),
                NftChain.plain("dispatch", dispatch()),
                NftChain.hooked("prerouting", "nat", "prerouting", DESTINATION_NAT, List.of("jump dispatch")),
                NftChain.hooked("output", "nat", "output", DESTINATION_NAT, List.of("jump dispatch")),
                NftChain.hooked("postrouting", "nat", "postrouting", SOURCE_NAT, sources()),
                NftChain.hooked("input", "filter", "input", BEFORE_FILTERS, refusePublished()),
                NftChain.hooked("forward", "filter", "forward", BEFORE_FILTERS, List.of(refuseVirtual())),
                NftChain.hooked("local", "filter", "output", FILTERS, List.of(refuseVirtual()))));
        chains.addAll(services.values());
        return new NftTable(name, sets, chains);
    }

    private static List<String> dispatch() {
        return List.of(
                "ip daddr . meta l4proto . th dport vmap @virtuals",
                "ip daddr vmap @wholes",
                "fib daddr type local meta l4proto . th dport vmap @ports");
    }

    private List<String> sources() {
        return List.of(
                "ip saddr 127.0.0.0/8 oifname != \"lo\" ct status dnat masquerade",
                "ip saddr . ip daddr @hairpins ct status dnat masquerade",
                "ip saddr != " + ranges.containers() + " ip daddr @remotes ct status dnat masquerade",
                "ip saddr " + ranges.containers() + " ip daddr @remotes ct status dnat ct original ip daddr != "
                        + ranges.services() + " masquerade");
    }

    /** Whatever gets here was not led to a backend. */
    private static List<String> refusePublished() {
        return List.of(
                "meta l4proto . th dport @refused fib daddr type local goto refuse",
                "ip daddr . meta l4proto . th dport @closed goto refuse");
    }

    private String refuseVirtual() {
        return "ip daddr " + ranges.services() + " goto refuse";
    }
}
