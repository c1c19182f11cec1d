package dev.banyan.agent.proxy;

import static java.util.Objects.requireNonNull;

import dev.banyan.agent.host.AddressFamily;
import dev.banyan.agent.host.Ipv4Range;
import dev.banyan.api.kinds.settings.PortRules;
import dev.banyan.api.twin.Ipv6Range;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * One port of a service.
 *
 * @param entrances where clients reach it, from 1 to 16, each once
 * @param backends who answers, at most 1,000, each address and port once, in any order; without one, clients are refused at once
 * @param allowed where clients must come from, this server's own programs aside. Not for virtual entrances
 * @param affinity how clients keep their backend; empty when they do not
 */
public record Frontend(
        Protocol protocol,
        List<Entrance> entrances,
        List<Backend> backends,
        Allowed allowed,
        Optional<Affinity> affinity) {
    /**
     * Ranges that clients must come from, of each kind of address; without any, everywhere. With some of one kind alone, nobody comes by the
     * other.
     */
    public record Allowed(List<Ipv4Range> ipv4, List<Ipv6Range> ipv6) {
        /** From everywhere. */
        public static final Allowed EVERYWHERE = new Allowed(List.of(), List.of());

        public Allowed {
            ipv4 = List.copyOf(ipv4);
            ipv6 = List.copyOf(ipv6);
        }

        /**
         * Reads ranges in prefix notation.
         *
         * @throws IllegalArgumentException when one is anything else
         */
        static Allowed parse(List<String> ranges) {
            Predicate<String> ofIpv6 = PortRules::isIpv6;
            return new Allowed(
                    ranges.stream()
                            .filter(ofIpv6.negate())
                            .map(Ipv4Range::parse)
                            .toList(),
                    ranges.stream().filter(ofIpv6).map(Ipv6Range::parse).toList());
        }

        boolean everywhere() {
            return ipv4.isEmpty() && ipv6.isEmpty();
        }

        /** Those by which {@code family} is decided, none in another one: the kernel takes no such two. In an order of their own. */
        List<String> widest(AddressFamily family) {
            return family.isIpv6()
                    ? ipv6.stream()
                            .filter(range ->
                                    ipv6.stream().noneMatch(other -> !other.equals(range) && other.contains(range)))
                            .map(Ipv6Range::toString)
                            .distinct()
                            .sorted()
                            .toList()
                    : ipv4.stream()
                            .filter(range ->
                                    ipv4.stream().noneMatch(other -> !other.equals(range) && other.contains(range)))
                            .distinct()
                            .sorted(Comparator.comparing(Ipv4Range::first))
                            .map(Ipv4Range::toString)
                            .toList();
        }

        /** As {@link #parse} reads them. */
        Stream<String> words() {
            return Stream.concat(ipv4.stream(), ipv6.stream()).map(Object::toString);
        }
    }

    /** A service has one virtual address, and Compose files that publish one port under more than a few are mistakes. */
    private static final int ENTRANCE_LIMIT = 16;

    /** The limit of replicas of a service. */
    private static final int BACKEND_LIMIT = 1_000;

    /** The same by other ways in. */
    Frontend with(List<Entrance> others) {
        return new Frontend(protocol, others, backends, allowed, affinity);
    }

    /** The same to others. */
    Frontend to(List<Backend> others) {
        return new Frontend(protocol, entrances, others, allowed, affinity);
    }

    /** One that is open to everybody, and knows nobody again. */
    public Frontend(Protocol protocol, List<Entrance> entrances, List<Backend> backends) {
        this(protocol, entrances, backends, Allowed.EVERYWHERE, Optional.empty());
    }

    public Frontend {
        requireNonNull(protocol, "protocol");
        requireNonNull(affinity, "affinity");
        requireNonNull(allowed, "allowed");
        entrances = List.copyOf(entrances);
        backends = List.copyOf(backends);
        if (entrances.isEmpty() || entrances.size() > ENTRANCE_LIMIT) {
            throw new IllegalArgumentException(
                    "a frontend has from 1 to " + ENTRANCE_LIMIT + " entrances: " + entrances);
        }
        if (backends.size() > BACKEND_LIMIT) {
            throw new IllegalArgumentException("a frontend has at most " + BACKEND_LIMIT + " backends: " + entrances);
        }
        boolean addressed = entrances.stream()
                .anyMatch(one -> one instanceof Entrance.Addressed || one instanceof Entrance.AddressedIpv6);
        if (entrances.size() > 1 && addressed) {
            throw new IllegalArgumentException("a port of one address is a frontend of its own: " + entrances);
        }
        if (!allowed.everywhere() && entrances.stream().anyMatch(Entrance.Virtual.class::isInstance)) {
            throw new IllegalArgumentException("who may use a virtual address is not decided here: " + entrances);
        }
        var seen = new HashSet<String>();
        if (!backends.stream().map(Backend::toString).allMatch(seen::add)) {
            throw new IllegalArgumentException("a backend is listed twice: " + backends);
        }
    }
}
