package dev.banyan.agent.isolation;

import dev.banyan.agent.host.AddressFamily;
import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.host.nft.NftChain;
import dev.banyan.agent.host.nft.NftSet;
import dev.banyan.agent.host.nft.NftTable;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * The packet rules that keep apps apart. They come of what is given alone; large sets that did not change are those of the call before.
 * For one caller at a time.
 *
 * <ul>
 *   <li>{@code origin}: what comes by a container's link has that container's address, or is dropped; so is what comes under an address of
 *       this server's subnet by anything else.
 *   <li>{@code forward}: what containers send to the world, less the addresses of servers; what they send to containers here, by the
 *       door of each; what was led here from a published port passes.
 *   <li>{@code input}: of this server itself, names alone.
 * </ul>
 *
 * <p>Who is known and may not is refused at once; who is not known is dropped, since it may be a matter of milliseconds.
 */
final class IsolationTable {
    /** Before flows are looked up; the overlay's guard is at -300. */
    private static final int ORIGIN = -290;

    /** Before the load balancer's refusals and the overlay's marks. */
    private static final int BEFORE_OTHERS = -12;

    /** Where clouds answer what their machines may know. */
    private static final String METADATA = "169.254.0.0/16";

    /** Likewise, of Amazon and of Google. */
    private static final String IPV6_METADATA = "{ fd00:ec2::254, fd20:ce::254 }";

    private static final String NEIGHBOURS = "icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert }";

    private static final List<String> REFUSE =
            List.of("meta l4proto tcp reject with tcp reset", "reject with icmp type port-unreachable");

    /** A flow that was cut must not begin anew in the middle, or from the side that was asked. */
    private static final String HALFWAY =
            "meta l4proto tcp ct state new tcp flags & (fin | syn | rst | ack) != syn goto refuse";

    private final String name;
    private final ClusterRanges ranges;
    private final AddressFamily family;
    private final Shields shields;
    private final AddressSet known;

    /** Rules in a table called {@code name}. */
    IsolationTable(String name, ClusterRanges ranges, AddressFamily family) {
        this.name = name;
        this.ranges = ranges;
        this.family = family;
        this.shields = new Shields(ranges, family);
        this.known = new AddressSet("known", family);
    }

    /** The table, and the containers that it knows. */
    record Ruled(NftTable table, List<Container> containers) {
        Ruled {
            containers = List.copyOf(containers);
        }
    }

    /** What the kernel shall hold while the cluster says {@code view} and this server has {@code attached}. */
    Ruled of(ClusterView view, List<Container> attached, Identities identities) {
        var bound = attached.stream()
                .filter(container -> identities.owner(container.address()).isPresent())
                .toList();
        var doors = new Doors(
                family, identities, bound.stream().map(Container::address).toList());
        var sets = new ArrayList<>(sets(view, attached, bound, identities));
        sets.add(NftSet.verdicts("doors", "ipv4_addr", doors.verdicts()));
        sets.addAll(doors.sets());
        var chains = new ArrayList<>(List.of(
                NftChain.plain("refuse", REFUSE),
                NftChain.hooked("origin", "filter", "prerouting", ORIGIN, origin()),
                NftChain.hooked("forward", "filter", "forward", BEFORE_OTHERS, forward()),
                NftChain.hooked("input", "filter", "input", BEFORE_OTHERS, input())));
        chains.addAll(doors.chains());
        return new Ruled(NftTable.of(family, name, sets, chains), bound);
    }

    private List<NftSet> sets(
            ClusterView view, List<Container> attached, List<Container> bound, Identities identities) {
        var shield = shields.of(view);
        var gateways = new TreeSet<String>();
        gateways.add(family.of(ranges.gateway()));
        view.servers().forEach(server -> gateways.add(family.of(server.gateway())));
        return List.of(
                NftSet.of(
                        "bound",
                        "ifname . ipv4_addr",
                        bound.stream()
                                .map(container -> container.link() + " . " + family.of(container.address()))
                                .toList()),
                NftSet.of(
                        "links",
                        "ifname",
                        attached.stream().map(Container::link).toList()),
                known.of(identities.known()),
                NftSet.of("gateways", "ipv4_addr", gateways),
                NftSet.of(
                        "inner",
                        "ipv4_addr",
                        texts(bound.stream()
                                .map(Container::address)
                                .filter(address -> identities
                                        .owner(address)
                                        .filter(owner -> owner.inner())
                                        .isPresent())
                                .toList())),
                shield.servers(),
                shield.published());
    }

    private List<String> texts(List<Ipv4Address> addresses) {
        return addresses.stream().map(family::of).toList();
    }

    private List<String> origin() {
        var rules = new ArrayList<String>();
        if (family.isIpv6()) {
            // Where each end of a link is told, under addresses of the link as well.
            rules.add("iifname @links ip6 hoplimit 255 " + NEIGHBOURS + " accept");
        }
        rules.addAll(List.of(
                "iifname . ip saddr @bound accept",
                "iifname @links drop",
                "iifname != \"lo\" ip saddr " + family.of(ranges.own()) + " drop"));
        return rules;
    }

    private List<String> forward() {
        var own = family.of(ranges.own());
        var containers = family.of(ranges.containers());
        var services = family.of(ranges.services());
        return List.of(
                "ct state established,related accept",
                // Those without a way out reach containers alone, and not by ports of servers.
                "ip saddr @inner ip daddr != " + containers + " goto refuse",
                "ip saddr @inner ct status dnat ct original ip daddr != " + services + " goto refuse",
                "ip saddr " + own + " ip daddr " + (family.isIpv6() ? IPV6_METADATA : METADATA) + " goto refuse",
                "ip saddr " + own + " ip daddr . meta l4proto . th dport @published accept",
                "ip saddr " + own + " ip daddr @servers goto refuse",
                "ip daddr " + own + " ct status dnat ct original ip daddr != " + services + " accept",
                "ip saddr " + containers + " ip daddr " + containers + " " + HALFWAY,
                "ip daddr != " + own + " accept",
                "ip saddr != " + containers + " ct status dnat goto refuse",
                // Whoever shares a link with this server can have a route to containers, and has no business there but
                // by ports. What
                // servers send each other without a tunnel comes under their own addresses.
                "ip saddr @servers accept",
                "ip saddr != " + containers + " goto refuse",
                "ip saddr @gateways accept",
                "ip daddr vmap @doors",
                "drop");
    }

    private List<String> input() {
        var rules = new ArrayList<String>();
        if (family.isIpv6()) {
            rules.add(NEIGHBOURS + " accept");
        }
        rules.addAll(List.of(
                "ip saddr != " + family.of(ranges.containers()) + " accept",
                "ip saddr @gateways accept",
                "ct state established,related accept"));
        if (!family.isIpv6()) {
            // Nothing but questions for names is led to loopback.
            rules.add("ip daddr 127.0.0.0/8 ct status dnat accept");
        }
        rules.add("goto refuse");
        return rules;
    }
}
