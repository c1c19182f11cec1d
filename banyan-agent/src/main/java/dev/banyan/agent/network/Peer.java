package dev.banyan.agent.network;

import static java.util.Objects.requireNonNull;

import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.host.Ipv4Range;

/**
 * Another agent of the cluster.
 *
 * @param name the agent's name, a label of letters, digits and dashes
 * @param host the address of its server, as this one reaches it
 * @param subnet of its containers
 */
public record Peer(String name, Ipv4Address host, Ipv4Range subnet) {
    public Peer {
        requireNonNull(host, "host");
        requireNonNull(subnet, "subnet");
        if (!name.matches("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")) {
            throw new IllegalArgumentException("not an agent name: " + name);
        }
    }

    /** Reads the address and the subnet. */
    public static Peer of(String name, String host, String subnet) {
        return new Peer(name, Ipv4Address.parse(host), Ipv4Range.parse(subnet));
    }
}
