package dev.banyan.agent.host;

/**
 * The addresses of a cluster as one agent sees them.
 *
 * @param containers the range from which every agent's subnet is taken
 * @param services the range of virtual addresses, apart from {@code containers}
 * @param own this agent's subnet, inside {@code containers}
 */
public record ClusterRanges(Ipv4Range containers, Ipv4Range services, Ipv4Range own) {
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

    /** Reads three ranges in prefix notation. */
    public static ClusterRanges of(String containers, String services, String own) {
        return new ClusterRanges(Ipv4Range.parse(containers), Ipv4Range.parse(services), Ipv4Range.parse(own));
    }
}
