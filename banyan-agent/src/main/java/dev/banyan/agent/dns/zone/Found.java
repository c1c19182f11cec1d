package dev.banyan.agent.dns.zone;

import dev.banyan.agent.host.Ipv4Address;
import java.util.List;

/** What the cluster knows of a name. */
public sealed interface Found {
    /** It is one of the cluster's, with these addresses; there may be none. */
    record Addresses(List<Ipv4Address> addresses) implements Found {
        public Addresses {
            addresses = List.copyOf(addresses);
        }
    }

    /** It stands for an address, which belongs to {@code name}. */
    record Pointer(String name) implements Found {}

    /** It would be one of the cluster's, and is not. */
    record Nothing() implements Found {}

    /** It is not for the cluster to know. */
    record Elsewhere() implements Found {}
}
