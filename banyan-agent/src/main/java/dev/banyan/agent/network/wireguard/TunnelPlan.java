package dev.banyan.agent.network.wireguard;

import static java.util.Objects.requireNonNull;

import dev.banyan.agent.host.AddressFamily;
import dev.banyan.agent.host.Ipv4Address;
import java.util.HashSet;
import java.util.List;

/**
 * An interface as it shall be.
 *
 * @param address its own, from which this server speaks to the containers of others
 * @param families that it carries: of each, its address and the peers' subnets
 * @param peers each with a key and a subnet of its own, none with this end's key
 */
public record TunnelPlan(
        TunnelKey key,
        TunnelSettings settings,
        Ipv4Address address,
        List<AddressFamily> families,
        List<TunnelPeer> peers) {
    /** One that carries IPv4 alone. */
    public TunnelPlan(TunnelKey key, TunnelSettings settings, Ipv4Address address, List<TunnelPeer> peers) {
        this(key, settings, address, List.of(AddressFamily.IPV4), peers);
    }

    public TunnelPlan {
        requireNonNull(address, "address");
        families = List.copyOf(families);
        peers = List.copyOf(peers);
        var keys = new HashSet<PublicKey>();
        keys.add(key.publicKey());
        for (var peer : peers) {
            if (!keys.add(peer.key())) {
                throw new IllegalArgumentException("two ends have the key " + peer.key());
            }
        }
    }

    /** All that {@code peer} may send and be sent. */
    List<String> subnets(TunnelPeer peer) {
        return families.stream().map(family -> family.of(peer.subnet())).toList();
    }
}
