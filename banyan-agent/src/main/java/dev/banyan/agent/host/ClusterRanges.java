package dev.banyan.agent.host;

import dev.banyan.api.twin.TwinPrefix;
import java.util.List;
import java.util.Optional;

/**
 * The addresses of a cluster as one agent sees them.
 *
 * @param containers the range from which every agent's subnet is taken
 * @param services the range of virtual addresses, apart from {@code containers}
 * @param own this agent's subnet, inside {@code containers}
 * @param twins the prefix of its IPv6 addresses; empty where this server carries IPv4 alone
 */
public record ClusterRanges(Ipv4Range containers, Ipv4Range services, Ipv4Range own, Optional<TwinPrefix> twins) {
    /** Those of a server that carries IPv4 alone. */
    public ClusterRanges(Ipv4Range containers, Ipv4Range services, Ipv4Range own) {
        this(containers, services, own, Optional.empty());
    }

    public ClusterRanges {
        if (!containers.contains(own)) {
            throw new IllegalArgumentException("own subnet " + own + " lies outside the container range " + containers);
        }
        if (containers.overlaps(services)) {
            throw new IllegalArgumentException(
                    "service range " + services + " overlaps the container range " + containers);
        }
    }

    /** The address by which this agent's server speaks to its containers: the first of its subnet. */
    public Ipv4Address gateway() {
        return new Ipv4Address(own.first().bits() + 1);
    }

    /** The same with IPv6. */
    public ClusterRanges with(TwinPrefix prefix) {
        return new ClusterRanges(containers, services, own, Optional.of(prefix));
    }

    /** That of IPv4, then that of IPv6 where there is one. */
    public List<AddressFamily> families() {
        return twins.map(prefix -> List.of(AddressFamily.IPV4, AddressFamily.ipv6(prefix)))
                .orElse(List.of(AddressFamily.IPV4));
    }

    /** As {@link #read} reads it: words with spaces between. */
    public String words() {
        return containers + " " + services + " " + own
                + twins.map(prefix -> " " + prefix).orElse("");
    }

    /**
     * Reads what {@link #words} wrote.
     *
     * @throws IllegalArgumentException when it is anything else
     */
    public static ClusterRanges read(List<String> words) {
        if (words.size() < 3 || words.size() > 4) {
            throw new IllegalArgumentException("not the ranges of a cluster: " + words);
        }
        var ranges = of(words.get(0), words.get(1), words.get(2));
        return words.size() == 3 ? ranges : ranges.with(TwinPrefix.parse(words.get(3)));
    }

    /** Reads three ranges in prefix notation. */
    public static ClusterRanges of(String containers, String services, String own) {
        return new ClusterRanges(Ipv4Range.parse(containers), Ipv4Range.parse(services), Ipv4Range.parse(own));
    }
}
