package dev.banyan.agent.host;

/** The ports of one server: {@link PortHold#open} is that of the server this program runs on. Thread-safe. */
@FunctionalInterface
public interface PortSpace {
    /**
     * Holds {@code port}, from 1 to 65535, on {@code address}, which may be {@link PortHold#EVERY_ADDRESS}.
     *
     * @throws HostException when it cannot be held for another reason than those of {@link PortHold.Outcome}
     */
    PortHold.Outcome open(PortHold.Transport transport, Ipv4Address address, int port);

    /**
     * Holds {@code port} on an IPv6 address, which may be {@link PortHold#EVERY_IPV6}, beside that of IPv4. Of a server without IPv6 nobody asks
     * for one.
     *
     * @throws HostException when it cannot be held for another reason than those of {@link PortHold.Outcome}
     */
    default PortHold.Outcome openIpv6(PortHold.Transport transport, String address, int port) {
        return PortHold.openIpv6(transport, address, port);
    }
}
