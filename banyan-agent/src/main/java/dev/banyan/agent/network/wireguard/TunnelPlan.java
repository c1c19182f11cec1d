package dev.banyan.agent.network.wireguard;

import static java.util.Objects.requireNonNull;

import dev.banyan.agent.host.Ipv4Address;
import java.util.HashSet;
import java.util.List;

/**
 * An interface as it shall be.
 *
 * @param address its own, from which this server speaks to the containers of others
 * @param peers each with a key and a subnet of its own, none with this end's key
 */
public record TunnelPlan(TunnelKey key, TunnelSettings settings, Ipv4Address address, List<TunnelPeer> peers) {
    public TunnelPlan {
        requireNonNull(address, "address");
        peers = List.copyOf(peers);
        var keys = new HashSet<PublicKey>();
        keys.add(key.publicKey());
        for (var peer : peers) {
            if (!keys.add(peer.key())) {
                throw new IllegalArgumentException("two ends have the key " + peer.key());
            }
        }
    }
}
