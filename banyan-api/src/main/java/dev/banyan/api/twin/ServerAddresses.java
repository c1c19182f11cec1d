package dev.banyan.api.twin;

import java.io.UncheckedIOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Addresses by which others may reach a server. */
public final class ServerAddresses {
    private ServerAddresses() {}

    /**
     * Those that the kernel says this server has at this moment; sorted.
     *
     * @throws UncheckedIOException when it cannot be asked
     */
    public static List<String> now() {
        var addresses = new TreeSet<String>();
        try {
            for (var link : Collections.list(NetworkInterface.getNetworkInterfaces())) {
                Collections.list(link.getInetAddresses()).stream()
                        .flatMap(address -> text(address).stream())
                        .forEach(addresses::add);
            }
            return List.copyOf(addresses);
        } catch (SocketException unknown) {
            throw new UncheckedIOException("cannot look at this server's addresses", unknown);
        }
    }

    /** As IPv4 is written, or as RFC 5952 writes IPv6; empty for an address that nobody elsewhere can reach. */
    public static Optional<String> text(InetAddress address) {
        if (address.isLoopbackAddress() || address instanceof Inet6Address && address.isLinkLocalAddress()) {
            return Optional.empty();
        }
        return Optional.of(
                address instanceof Inet6Address ? Ipv6Text.of(address.getAddress()) : address.getHostAddress());
    }
}
