package dev.banyan.api.kinds.settings;

import dev.banyan.api.twin.Ipv6Range;
import dev.banyan.api.twin.Ipv6Text;
import dev.banyan.api.v1.PortAccess;
import dev.banyan.api.v1.PortMapping;
import dev.banyan.api.v1.ServiceSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What published ports may ask for, and which of them are in each other's way. Pure. */
public final class PortRules {
    /** Each is an element of a packet rule that every new connection may meet. */
    public static final int ALLOWED_MAX = 64;

    /** With this one a port is open on all IPv4 addresses; on all of both where there is no IPv6 to tell it from. */
    public static final String EVERY_IPV4 = "0.0.0.0";

    private static final String EVERY_IPV6 = "::";

    /** The first ten bits of fe80::/10. */
    private static final int LINK_LOCAL = 0xfe80 >>> 6;

    /** Longest time that a client keeps its replica: as long as any duration of a Compose file. */
    public static final Duration AFFINITY_MAX = Duration.ofDays(7);

    /** The kernel counts them in seconds. */
    public static final Duration AFFINITY_MIN = Duration.ofSeconds(1);

    private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    private static final Pattern ADDRESS = Pattern.compile(OCTET + "(\\." + OCTET + "){3}");
    private static final Pattern PREFIX = Pattern.compile("[12]?[0-9]|3[0-2]");
    private static final Pattern IPV6_PREFIX = Pattern.compile("[1-9]?[0-9]|1[01][0-9]|12[0-8]");
    private static final String FORM = "192.0.2.0/24 or 2001:db8::/32";

    /** What containers and services have: 10.192.0.0/12. */
    private static final int CLUSTER = 10 << 24 | 192 << 16;

    private static final int CLUSTER_PREFIX = 12;
    private static final int ADDRESS_BITS = 32;
    private static final int MULTICAST = 224;

    private PortRules() {}

    /** Everything that is wrong with the access of a published port; empty when nothing is. */
    public static List<String> problems(PortMapping port) {
        var access = port.getAccess();
        var problems = new ArrayList<String>();
        if (port.getPublished() == 0 && port.hasAccess()) {
            problems.add("asks for an access to a port that is not published");
        }
        if (!access.getHostIp().isEmpty()) {
            hostIp(access.getHostIp())
                    .or(() -> notCanonical(access.getHostIp()))
                    .ifPresent(problems::add);
        }
        if (access.getAllowCount() > ALLOWED_MAX) {
            problems.add("allows more than " + ALLOWED_MAX + " ranges");
        }
        access.getAllowList().forEach(range -> range(range).ifPresent(problems::add));
        return List.copyOf(problems);
    }

    /** Why a port cannot be published on {@code address} alone; empty when it can, if some server has it. */
    public static Optional<String> hostIp(String address) {
        if (isIpv6(address)) {
            return hostIpv6(address);
        }
        if (address.equals(EVERY_IPV4)) {
            return Optional.empty();
        }
        if (!ADDRESS.matcher(address).matches()) {
            return Optional.of("'" + address + "' is no IPv4 address");
        }
        int bits = bits(address);
        int first = bits >>> 24;
        if (first == 0 || first >= MULTICAST) {
            return Optional.of("'" + address + "' is no address of a server");
        }
        return bits >>> ADDRESS_BITS - CLUSTER_PREFIX == CLUSTER >>> ADDRESS_BITS - CLUSTER_PREFIX
                ? Optional.of("'" + address + "' is for containers and services, and no address of a server")
                : Optional.empty();
    }

    private static Optional<String> hostIpv6(String address) {
        var octets = Ipv6Text.octets(address);
        if (octets.isEmpty()) {
            return Optional.of("'" + address + "' is no IPv6 address");
        }
        if (Ipv6Text.of(octets.get()).equals("::1")) {
            return Optional.of("'" + address
                    + "' leads to no container, as the kernel lets nothing from there leave the server: use 127.0.0.1");
        }
        int first = (octets.get()[0] & 0xff) << 8 | octets.get()[1] & 0xff;
        if (first >>> 6 == LINK_LOCAL) {
            return Optional.of("'" + address + "' is an address of one link alone");
        }
        return first >>> 8 == 0xff ? Optional.of("'" + address + "' is no address of a server") : Optional.empty();
    }

    /** Whether an address or a range is one of IPv6. */
    public static boolean isIpv6(String text) {
        return text.indexOf(':') >= 0;
    }

    /** A range that {@link #range} has nothing against, or an address, in its one form. */
    public static String canonical(String range) {
        return isIpv6(range) ? Ipv6Range.parse(range).toString() : range;
    }

    private static Optional<String> notCanonical(String address) {
        return canonical(address).equals(address)
                ? Optional.empty()
                : Optional.of("'" + address + "' is written " + canonical(address));
    }

    /** Whether {@code hostIp} stands for all addresses of one kind, or of both. */
    public static boolean isEverywhere(String hostIp) {
        return hostIp.isEmpty() || hostIp.equals(EVERY_IPV4) || hostIp.equals(EVERY_IPV6);
    }

    /** Whether the access of {@code port} speaks of IPv6, which agents of before do not know. */
    public static boolean isDual(PortMapping port) {
        return ofIpv6(port).isPresent() || port.getAccess().getHostIp().equals(EVERY_IPV4);
    }

    /** The first thing of IPv6 that the access of {@code port} speaks of; it needs a service that has IPv6. */
    public static Optional<String> ofIpv6(PortMapping port) {
        var access = port.getAccess();
        return Stream.concat(Stream.of(access.getHostIp()), access.getAllowList().stream())
                .filter(PortRules::isIpv6)
                .findFirst();
    }

    /** All ports of a service, published ones and others. */
    public static Stream<PortMapping> all(ServiceSpec service) {
        return Stream.of(service.getPortsList(), service.getGuardedPortsList(), service.getDualPortsList())
                .flatMap(List::stream);
    }

    /** Why {@code text} is no range of addresses; empty when it is one. An address alone is a range of one. */
    public static Optional<String> range(String text) {
        if (isIpv6(text)) {
            return ipv6Range(text);
        }
        int slash = text.indexOf('/');
        var address = slash < 0 ? text : text.substring(0, slash);
        var prefix = slash < 0 ? "32" : text.substring(slash + 1);
        if (!ADDRESS.matcher(address).matches() || !PREFIX.matcher(prefix).matches()) {
            return Optional.of("'" + text + "' is no range of addresses such as " + FORM);
        }
        int length = Integer.parseInt(prefix);
        int beyond = length == ADDRESS_BITS ? 0 : -1 >>> length;
        return (bits(address) & beyond) == 0
                ? Optional.empty()
                : Optional.of("'" + text + "' has bits set beyond its prefix of " + length);
    }

    private static Optional<String> ipv6Range(String text) {
        int slash = text.indexOf('/');
        if (Ipv6Text.canonical(slash < 0 ? text : text.substring(0, slash)).isEmpty()) {
            return Optional.of("'" + text + "' is no range of addresses such as " + FORM);
        }
        try {
            Ipv6Range.parse(text);
            return Optional.empty();
        } catch (IllegalArgumentException wrong) {
            var prefix = text.substring(slash + 1);
            return Optional.of(
                    IPV6_PREFIX.matcher(prefix).matches()
                            ? "'" + text + "' has bits set beyond its prefix of " + prefix
                            : "'" + text + "' is no range of addresses such as " + FORM);
        }
    }

    /** Why clients cannot keep their replica so long; empty when they can. Zero is not at all. */
    public static Optional<String> affinity(Duration time) {
        boolean right = time.isZero() || time.compareTo(AFFINITY_MIN) >= 0 && time.compareTo(AFFINITY_MAX) <= 0;
        return right ? Optional.empty() : Optional.of("must be from 1s to " + AFFINITY_MAX.toHours() + "h, or 0");
    }

    /**
     * Whether two published ports cannot both be had.
     *
     * @param together they are of one service, whose replicas have all of its ports
     */
    public static boolean clash(PortMapping one, PortMapping other, boolean together) {
        if (one.getPublished() != other.getPublished() || one.getProtocol() != other.getProtocol()) {
            return false;
        }
        var first = one.getAccess();
        var second = other.getAccess();
        boolean apart = apart(first.getHostIp(), second.getHostIp());
        // Scheduling keeps the replicas of two services on different servers.
        boolean elsewhere = !together && first.getHost() && second.getHost();
        return !apart && !elsewhere;
    }

    private static boolean apart(String one, String other) {
        if (one.isEmpty() || other.isEmpty() || one.equals(other)) {
            return false;
        }
        return isIpv6(one) != isIpv6(other) || !isEverywhere(one) && !isEverywhere(other);
    }

    /** The access that says the same as {@code access} in one way only: nothing where nothing is asked for. */
    public static Optional<PortAccess> normal(PortAccess access) {
        return access.equals(PortAccess.getDefaultInstance()) ? Optional.empty() : Optional.of(access);
    }

    private static int bits(String address) {
        int bits = 0;
        for (var octet : address.split("\\.")) {
            bits = bits << 8 | Integer.parseInt(octet);
        }
        return bits;
    }
}
