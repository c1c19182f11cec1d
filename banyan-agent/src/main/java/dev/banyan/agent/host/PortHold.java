package dev.banyan.agent.host;

import dev.banyan.api.twin.Ipv6Text;

/**
 * A port of this server held by a socket that is bound to one or all addresses and never listens: no other program can serve on it by mistake
 * while the load balancer answers there. Traffic that the load balancer takes never meets this socket; what it does not take finds a
 * closed port (TCP). Belongs to the network namespace of the thread that opened it. For one owner.
 *
 * @see PortSpace the ports of another server than the one this program runs on
 */
public final class PortHold implements AutoCloseable {
    /** Stands for all addresses that the server has. */
    public static final Ipv4Address EVERY_ADDRESS = new Ipv4Address(0);

    /** Stands for all IPv6 addresses that the server has. */
    public static final String EVERY_IPV6 = "::";

    /** Transport protocols with ports. */
    public enum Transport {
        TCP,
        UDP
    }

    /** What came of the wish to hold a port. */
    public sealed interface Outcome {
        /** The port is held until {@code hold} is closed. */
        record Held(PortHold hold) implements Outcome {}

        /** Some other socket of this server has the port. */
        record InUse() implements Outcome {}

        /** The server does not have the address. */
        record Elsewhere() implements Outcome {}
    }

    private final Runnable letGo;

    /** A port that is held until {@code letGo} was called. */
    public PortHold(Runnable letGo) {
        this.letGo = letGo;
    }

    /** Holds {@code port} on all addresses, as the other method does. */
    public static Outcome open(Transport transport, int port) {
        return open(transport, EVERY_ADDRESS, port);
    }

    /**
     * Holds {@code port}, from 1 to 65535, on {@code address}.
     *
     * @throws HostException when the kernel refuses for another reason than those of {@link Outcome}
     */
    public static Outcome open(Transport transport, Ipv4Address address, int port) {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("not a port: " + port);
        }
        return outcome(NativeSockets.bind(transport, address, port));
    }

    /** Holds {@code port}, from 1 to 65535, on an IPv6 address, as the other methods do. */
    public static Outcome openIpv6(Transport transport, String address, int port) {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("not a port: " + port);
        }
        var octets = Ipv6Text.octets(address)
                .orElseThrow(() -> new IllegalArgumentException("not an IPv6 address: " + address));
        return outcome(NativeSockets.bindIpv6(transport, octets, port));
    }

    private static Outcome outcome(NativeSockets.Bound bound) {
        return switch (bound) {
            case NativeSockets.Bound.Socket(int descriptor) ->
                new Outcome.Held(new PortHold(() -> NativeSockets.close(descriptor)));
            case NativeSockets.Bound.AddressInUse() -> new Outcome.InUse();
            case NativeSockets.Bound.NoSuchAddress() -> new Outcome.Elsewhere();
        };
    }

    /** Lets the port go. To be called once: the kernel reuses descriptors. */
    @Override
    public void close() {
        letGo.run();
    }
}
