package dev.banyan.agent.network;

import static java.util.Objects.requireNonNull;

import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.Ipv4Range;
import java.util.HashSet;
import java.util.List;

/**
 * Whom this agent's containers shall reach.
 *
 * @param revision the store's revision this plan was made from; reported back when it is applied
 * @param peers all other agents, at most 2,048, each subnet inside the container range, apart from this agent's own, and of one peer only
 */
public record OverlayPlan(long revision, ClusterRanges ranges, List<Peer> peers) {
    /** As many subnets of 256 addresses as the default container range has. */
    private static final int PEER_LIMIT = 2_048;

    public OverlayPlan {
        requireNonNull(ranges, "ranges");
        peers = List.copyOf(peers);
        if (peers.size() > PEER_LIMIT) {
            throw new IllegalArgumentException("more than " + PEER_LIMIT + " peers: " + peers.size());
        }
        var seen = new HashSet<Ipv4Range>();
        for (var peer : peers) {
            if (!ranges.containers().contains(peer.subnet()) || ranges.own().overlaps(peer.subnet())) {
                throw new IllegalArgumentException("subnet of " + peer + " does not fit beside " + ranges);
            }
            if (!seen.add(peer.subnet())) {
                throw new IllegalArgumentException("two peers have subnet " + peer.subnet());
            }
        }
    }
}
