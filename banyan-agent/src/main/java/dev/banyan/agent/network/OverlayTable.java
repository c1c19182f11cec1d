package dev.banyan.agent.network;

import dev.banyan.agent.host.AddressFamily;
import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.PacketMark;
import dev.banyan.agent.host.nft.NftChain;
import dev.banyan.agent.host.nft.NftSet;
import dev.banyan.agent.host.nft.NftTable;
import java.util.List;

/**
 * The packet rules of container traffic beside the load balancer's. Pure.
 *
 * <ul>
 *   <li>{@code guard}: the load balancer serves 127.0.0.1 as well, for which the kernel must accept such addresses on links; packets that
 *       really come from a link with one are dropped.
 *   <li>{@code forward}: traffic of the cluster gets a mark, by which {@link ForwardAccept} knows it: whatever containers send, what other
 *       agents send to ours, what the load balancer sends on, and the answers to all of it. Nothing else, so that an outsider who routes
 *       to a container's address still meets the server's own firewall.
 *   <li>{@code leave}: what containers send out of the cluster takes the server's address.
 * </ul>
 */
final class OverlayTable {
    static final String MARK = PacketMark.CLUSTER;

    private static final int RAW = -300;
    private static final int BEFORE_FILTERS = -5;
    private static final int SOURCE_NAT = 100;

    /** After destinations were translated and sources were not yet. */
    private static final int SEAL = 50;

    private static final int MANGLE = -150;

    private OverlayTable() {}

    /** Where servers share a link: IPv4 alone, since no peer's IPv6 address is known. */
    static NftTable of(String name, OverlayPlan plan) {
        var hosts = plan.peers().stream().map(peer -> peer.host().toString()).toList();
        var family = AddressFamily.IPV4;
        return new NftTable(
                name,
                List.of(NftSet.of("peers", "ipv4_addr", hosts)),
                List.of(
                        NftChain.hooked("guard", "filter", "prerouting", RAW, List.of(guard(family))),
                        NftChain.hooked("forward", "filter", "forward", BEFORE_FILTERS, forward(plan.ranges())),
                        NftChain.hooked(
                                "leave", "nat", "postrouting", SOURCE_NAT, List.of(leave(family, plan.ranges())))));
    }

    /**
     * As {@link #of}, where all peers are reached through the interface {@code link}. What others than it bring under the address of a
     * container elsewhere is forged; what is for such a container and would leave by another way would do so in the clear. Both are
     * dropped, silently: it is a matter of seconds, and a refusal would end connections that are worth keeping.
     */
    static NftTable through(String link, String name, AddressFamily family, OverlayPlan plan) {
        var ranges = plan.ranges();
        var containers = family.of(ranges.containers());
        var own = family.of(ranges.own());
        var forged = "iifname != \"" + link + "\" ip saddr " + containers + " ip saddr != " + own + " drop";
        var inTheClear = "oifname != \"" + link + "\" ip daddr " + containers + " ip daddr != " + own + " drop";
        // Peers take nothing that does not come from this server's subnet.
        var translated = "oifname \"" + link + "\" ip saddr != " + own + " masquerade";
        // A way that is narrower inside is found out before the first packet is lost in it.
        var clamp = "oifname \"" + link + "\" tcp flags & (syn | rst) == syn tcp option maxseg size set rt mtu";
        var mark = " meta mark set meta mark | " + MARK;
        var forward = List.of(
                "ip saddr " + containers + mark,
                "ip daddr " + containers + " ct status dnat" + mark,
                "ip daddr " + containers + " ct state established,related" + mark);
        return NftTable.of(
                family,
                name,
                List.of(),
                List.of(
                        NftChain.hooked("guard", "filter", "prerouting", RAW, List.of(guard(family), forged)),
                        NftChain.hooked("forward", "filter", "forward", BEFORE_FILTERS, forward),
                        NftChain.hooked("narrow", "filter", "forward", MANGLE, List.of(clamp)),
                        NftChain.hooked("seal", "filter", "postrouting", SEAL, List.of(inTheClear)),
                        NftChain.hooked(
                                "leave",
                                "nat",
                                "postrouting",
                                SOURCE_NAT,
                                List.of(translated, leave(family, ranges)))));
    }

    private static String guard(AddressFamily family) {
        return "iifname != \"lo\" ip daddr " + family.loopback() + " drop";
    }

    private static List<String> forward(ClusterRanges ranges) {
        var mark = " meta mark set meta mark | " + MARK;
        return List.of(
                "ip saddr " + ranges.containers() + mark,
                "ip daddr " + ranges.own() + " ip saddr @peers" + mark,
                "ip daddr " + ranges.containers() + " ct status dnat" + mark,
                "ip daddr " + ranges.containers() + " ct state established,related" + mark);
    }

    private static String leave(AddressFamily family, ClusterRanges ranges) {
        return "ip saddr " + family.of(ranges.own()) + " ip daddr != { " + family.of(ranges.containers()) + ", "
                + family.of(ranges.services()) + " } masquerade";
    }
}
