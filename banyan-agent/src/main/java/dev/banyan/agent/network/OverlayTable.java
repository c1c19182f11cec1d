package dev.banyan.agent.network;

import dev.banyan.agent.host.ClusterRanges;
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
    /** One bit of the packet mark, away from those that Kubernetes (14, 15) and Tailscale (16-23) use. */
    static final String MARK = "0x02000000";

    private static final int RAW = -300;
    private static final int BEFORE_FILTERS = -5;
    private static final int SOURCE_NAT = 100;

    private OverlayTable() {}

    static NftTable of(String name, OverlayPlan plan) {
        var hosts = plan.peers().stream().map(peer -> peer.host().toString()).toList();
        return new NftTable(
                name,
                List.of(NftSet.of("peers", "ipv4_addr", hosts)),
                List.of(
                        NftChain.hooked("guard", "filter", "prerouting", RAW, List.of(guard())),
                        NftChain.hooked("forward", "filter", "forward", BEFORE_FILTERS, forward(plan.ranges())),
                        NftChain.hooked("leave", "nat", "postrouting", SOURCE_NAT, List.of(leave(plan.ranges())))));
    }

    private static String guard() {
        return "iifname != \"lo\" ip daddr 127.0.0.0/8 drop";
    }

    private static List<String> forward(ClusterRanges ranges) {
        var mark = " meta mark set meta mark | " + MARK;
        return List.of(
                "ip saddr " + ranges.containers() + mark,
                "ip daddr " + ranges.own() + " ip saddr @peers" + mark,
                "ip daddr " + ranges.containers() + " ct status dnat" + mark,
                "ip daddr " + ranges.containers() + " ct state established,related" + mark);
    }

    private static String leave(ClusterRanges ranges) {
        return "ip saddr " + ranges.own() + " ip daddr != { " + ranges.containers() + ", " + ranges.services()
                + " } masquerade";
    }
}
