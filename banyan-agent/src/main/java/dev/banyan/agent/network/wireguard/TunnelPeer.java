package dev.banyan.agent.network.wireguard;

import static java.util.Objects.requireNonNull;

import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.host.Ipv4Range;

/**
 * Another end.
 *
 * @param host where it is reached at first; it may answer from elsewhere, and is followed
 * @param port UDP, 1 to 65535
 * @param subnet all that may come from it or go to it
 */
public record TunnelPeer(PublicKey key, Ipv4Address host, int port, Ipv4Range subnet) {
    public TunnelPeer {
        requireNonNull(key, "key");
        requireNonNull(host, "host");
        requireNonNull(subnet, "subnet");
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("not a port: " + port);
        }
    }

    String endpoint() {
        return host + ":" + port;
    }
}
