package dev.banyan.agent.proxy;

import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.host.nft.NftChain;
import dev.banyan.agent.host.nft.NftSet;
import dev.banyan.agent.host.nft.NftTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Turns a set into the packet rules that serve it. Pure: equal sets give equal tables whatever the order of frontends and backends.
 *
 * <p>Source addresses. A backend sees the client's own address, except in three cases in which the answer would otherwise miss this
 * server, and in which it sees an address of this server:
 *
 * <ul>
 *   <li>the connection comes from 127.0.0.0/8, an address that means something else in the container;
 *   <li>the client is the very container that was picked: it would take its own address for forged;
 *   <li>the client is no container and the backend runs on another server, which would answer the client directly.
 * </ul>
 *
 * <p>Refusals. A published port without backends, and every port of a virtual address that no frontend has, is answered with a TCP reset
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
    private final TreeSet<String> hairpins = new TreeSet<>();
    private final TreeSet<String> remotes = new TreeSet<>();
    private final TreeMap<String, NftChain> services = new TreeMap<>();

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
        if (frontend.backends().isEmpty()) {
            frontend.entrances().forEach(entrance -> refuse(frontend.protocol(), entrance));
            return;
        }
        var chain = chain(frontend);
        services.put(chain.name(), chain);
        for (var entrance : frontend.entrances()) {
            lead(frontend.protocol(), entrance, "goto " + chain.name());
        }
        frontend.backends().forEach(backend -> translateSource(backend.address()));
    }

    private void add(VirtualService service) {
        if (service.backends().isEmpty()) {
            return;
        }
        var sorted = service.backends().stream().sorted().toList();
        var chain = NftChain.plain(
                "s." + service.address(), List.of("meta l4proto { tcp, udp } dnat ip to " + anyOf(sorted)));
        services.put(chain.name(), chain);
        wholes.put(service.address().toString(), "goto " + chain.name());
        sorted.forEach(this::translateSource);
    }

    private void translateSource(Ipv4Address backend) {
        if (ranges.own().contains(backend)) {
            hairpins.add(backend + " . " + backend);
        } else {
            remotes.add(backend.toString());
        }
    }

    private static String anyOf(List<Ipv4Address> backends) {
        if (backends.size() == 1) {
            return backends.getFirst().toString();
        }
        var shares = new ArrayList<String>();
        for (int i = 0; i < backends.size(); i++) {
            shares.add(i + " : " + backends.get(i));
        }
        return "numgen random mod " + backends.size() + " map { " + String.join(", ", shares) + " }";
    }

    /** A virtual address needs nothing: whatever is still addressed to the service range after translation is refused. */
    private void refuse(Protocol protocol, Entrance entrance) {
        switch (entrance) {
            case Entrance.Published(int port) -> refused.add(protocol.word() + " . " + port);
            case Entrance.Virtual ignored -> {}
        }
    }

    private void lead(Protocol protocol, Entrance entrance, String verdict) {
        switch (entrance) {
            case Entrance.Published(int port) -> ports.put(protocol.word() + " . " + port, verdict);
            case Entrance.Virtual(var address, int port) ->
                virtuals.put(address + " . " + protocol.word() + " . " + port, verdict);
        }
    }

    private static NftChain chain(Frontend frontend) {
        var protocol = frontend.protocol().word();
        var first = frontend.entrances().stream()
                .map(ProxyTable::label)
                .sorted()
                .findFirst()
                .orElseThrow();
        var sorted = frontend.backends().stream()
                .sorted(Comparator.comparing(Backend::address).thenComparing(Backend::port))
                .toList();
        return NftChain.plain(
                protocol + "." + first, List.of("meta l4proto " + protocol + " dnat ip to " + destination(sorted)));
    }

    private static String label(Entrance entrance) {
        return switch (entrance) {
            case Entrance.Published(int port) -> "p." + port;
            case Entrance.Virtual(var address, int port) -> "v." + address + "." + port;
        };
    }

    private static String destination(List<Backend> backends) {
        if (backends.size() == 1) {
            return backends.getFirst().toString();
        }
        boolean even = backends.stream().mapToInt(Backend::weight).distinct().count() == 1;
        var shares = new ArrayList<String>();
        int next = 0;
        for (var backend : backends) {
            int last = next + (even ? 1 : backend.weight()) - 1;
            var share = last == next ? "" + next : next + "-" + last;
            shares.add(share + " : " + backend.address() + " . " + backend.port());
            next = last + 1;
        }
        return "numgen random mod " + next + " map { " + String.join(", ", shares) + " }";
    }

    private NftTable named(String name) {
        var sets = List.of(
                NftSet.verdicts("virtuals", BY_ADDRESS, virtuals),
                NftSet.verdicts("wholes", "ipv4_addr", wholes),
                NftSet.verdicts("ports", BY_PORT, ports),
                NftSet.of("refused", BY_PORT, refused),
                NftSet.of("hairpins", "ipv4_addr . ipv4_addr", hairpins),
                NftSet.of("remotes", "ipv4_addr", remotes));
        var chains = new ArrayList<>(List.of(
                NftChain.plain("refuse", REFUSE),
                NftChain.plain("dispatch", dispatch()),
                NftChain.hooked("prerouting", "nat", "prerouting", DESTINATION_NAT, List.of("jump dispatch")),
                NftChain.hooked("output", "nat", "output", DESTINATION_NAT, List.of("jump dispatch")),
                NftChain.hooked("postrouting", "nat", "postrouting", SOURCE_NAT, sources()),
                NftChain.hooked("input", "filter", "input", BEFORE_FILTERS, List.of(refusePublished())),
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
                "ip saddr != " + ranges.containers() + " ip daddr @remotes ct status dnat masquerade");
    }

    private static String refusePublished() {
        return "meta l4proto . th dport @refused fib daddr type local goto refuse";
    }

    private String refuseVirtual() {
        return "ip daddr " + ranges.services() + " goto refuse";
    }
}
