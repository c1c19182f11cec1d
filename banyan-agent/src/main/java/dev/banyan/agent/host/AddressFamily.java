package dev.banyan.agent.host;

import dev.banyan.api.twin.Ipv6Text;
import dev.banyan.api.twin.TwinPrefix;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * How the kernel is told of the cluster's addresses: as they are, or as their IPv6 twins. Rules are made for both alike, in the words of
 * IPv4 and with addresses that this writes; {@link #spoken} has the words that differ.
 *
 * @param twins their prefix; empty is addresses as they are
 */
public record AddressFamily(Optional<TwinPrefix> twins) {
    /** Addresses as they are. */
    public static final AddressFamily IPV4 = new AddressFamily(Optional.empty());

    /** Twins with this prefix. */
    public static AddressFamily ipv6(TwinPrefix twins) {
        return new AddressFamily(Optional.of(twins));
    }

    public boolean isIpv6() {
        return twins.isPresent();
    }

    /** As packet rules call it: ip or ip6. */
    public String word() {
        return isIpv6() ? "ip6" : "ip";
    }

    /** The option by which programs are told: -4 or -6. */
    public String option() {
        return isIpv6() ? "-6" : "-4";
    }

    /** Arguments by which conntrack is told; none of IPv4, which it takes for granted. */
    public List<String> flows() {
        return isIpv6() ? List.of("-f", "ipv6") : List.of();
    }

    public String of(Ipv4Address address) {
        return twins.map(prefix -> prefix.twin(address.bits())).orElseGet(address::toString);
    }

    public String of(Ipv4Range range) {
        return twins.map(prefix -> prefix.range(range.first().bits(), range.prefix()))
                .orElseGet(range::toString);
    }

    /** One address, with the length of its prefix. */
    public String alone(Ipv4Address address) {
        return of(address) + (isIpv6() ? "/128" : "/32");
    }

    /** An address with a port of TCP or UDP. */
    public String of(Ipv4Address address, int port) {
        return isIpv6() ? "[" + of(address) + "]:" + port : address + ":" + port;
    }

    /** Addresses that mean each server itself. */
    public String loopback() {
        return isIpv6() ? "::1" : "127.0.0.0/8";
    }

    /** The address that {@code text} is written for; empty when it is none of this family, or no twin. */
    public Optional<Ipv4Address> read(String text) {
        try {
            return twins.isPresent()
                    ? Ipv6Text.octets(text).flatMap(twins.get()::ipv4).map(Ipv4Address::new)
                    : Optional.of(Ipv4Address.parse(text));
        } catch (IllegalArgumentException other) {
            return Optional.empty();
        }
    }

    /** As {@link #read}, in prefix notation. */
    public Optional<Ipv4Range> readRange(String text) {
        int slash = text.indexOf('/');
        var first = read(slash < 0 ? text : text.substring(0, slash));
        var length = slash < 0 ? "" : text.substring(slash + 1);
        if (first.isEmpty() || !length.matches("[0-9]{0,3}")) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Ipv4Range(first.get(), length.isEmpty() ? 32 : prefix(Integer.parseInt(length))));
        } catch (IllegalArgumentException other) {
            return Optional.empty();
        }
    }

    private int prefix(int length) {
        return twins.isEmpty() ? length : TwinPrefix.prefix(length);
    }

    /** The sixteen octets of the twin of {@code address}; the four of itself. */
    public byte[] octets(Ipv4Address address) {
        return twins.map(prefix -> prefix.octets(address.bits()))
                .orElseGet(() -> ByteBuffer.allocate(4).putInt(address.bits()).array());
    }

    /** A rule, or the type of a set, in the words of this family. */
    public String spoken(String ipv4) {
        return isIpv6()
                ? ipv4.replaceAll("\\bip (saddr|daddr)\\b", "ip6 $1")
                        .replace("dnat ip to", "dnat ip6 to")
                        .replace("with icmp type", "with icmpv6 type")
                        .replace("ipv4_addr", "ipv6_addr")
                : ipv4;
    }
}
