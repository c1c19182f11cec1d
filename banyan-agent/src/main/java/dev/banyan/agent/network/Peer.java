package dev.banyan.agent.network;

import static java.util.Objects.requireNonNull;

import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.host.Ipv4Range;
import dev.banyan.agent.network.wireguard.PublicKey;
import java.util.Optional;

/**
 * Another agent of the cluster.
 *
 * @param name the agent's name, a label of letters, digits and dashes
 * @param host the address of its server, as this one reaches it
 * @param subnet of its containers
 * @param end where its encrypted tunnel ends; empty when it has none
 */
public record Peer(String name, Ipv4Address host, Ipv4Range subnet, Optional<End> end) {
    /**
     * An end of a tunnel, at the peer's host.
     *
     * @param port UDP, 1 to 65535
     */
    public record End(PublicKey key, int port) {
        public End {
            requireNonNull(key, "key");
            if (port < 1 || port > 65_535) {
                throw new IllegalArgumentException("not a port: " + port);
            }
        }
    }

    public Peer {
        requireNonNull(host, "host");
        requireNonNull(subnet, "subnet");
        requireNonNull(end, "end");
        if (!name.matches("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")) {
            throw new IllegalArgumentException("not an agent name: " + name);
        }
    }

    /** One without a tunnel. Reads the address and the subnet. */
    public static Peer of(String name, String host, String subnet) {
        return new Peer(name, Ipv4Address.parse(host), Ipv4Range.parse(subnet), Optional.empty());
    }

    /** The same agent with a tunnel that ends at {@code port}. */
    public Peer at(PublicKey key, int port) {
        return new Peer(name, host, subnet, Optional.of(new End(key, port)));
    }
}
