package dev.banyan.agent.isolation;

import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.host.Ipv4Range;
import dev.banyan.api.policy.Party;
import dev.banyan.api.v1.Attachment;
import dev.banyan.api.v1.PortTaken;
import dev.banyan.api.v1.ServiceSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the cluster says of who is where.
 *
 * @param revision newest that it has
 * @param engines addresses of engines that this agent knows, of IPv4 and IPv6, as the kernel writes them
 */
record ClusterView(long revision, List<Service> services, List<Server> servers, List<String> engines) {
    static final ClusterView EMPTY = new ClusterView(0, List.of(), List.of(), List.of());

    ClusterView {
        services = List.copyOf(services);
        servers = List.copyOf(servers);
        engines = List.copyOf(engines);
    }

    /** One service. Immutable; what is asked of each at every change of one is worked out once. */
    static final class Service {
        private final String key;
        private final Party party;
        private final ServiceSpec spec;
        private final List<Ipv4Address> addresses;
        private final List<String> agents;

        /**
         * A service of {@code namespace}.
         *
         * @param addresses of all its containers that may be there
         * @param agents that have a ready one
         */
        Service(String namespace, ServiceSpec spec, List<Ipv4Address> addresses, List<String> agents) {
            this.party = Party.of(namespace, spec);
            this.key = party.key();
            this.spec = spec;
            this.addresses = List.copyOf(addresses);
            this.agents = List.copyOf(agents);
        }

        String namespace() {
            return party.namespace();
        }

        /** Its name, unique in the cluster. */
        String key() {
            return key;
        }

        Party party() {
            return party;
        }

        ServiceSpec spec() {
            return spec;
        }

        List<Ipv4Address> addresses() {
            return addresses;
        }

        List<String> agents() {
            return agents;
        }

        /** Whether its containers have IPv6 addresses. */
        boolean ipv6() {
            return spec.getConnections().getNetworksList().stream().anyMatch(Attachment::getIpv6);
        }

        @Override
        public boolean equals(@Nullable Object other) {
            if (this == other) {
                return true;
            }
            return other instanceof Service service
                    && key.equals(service.key)
                    && spec.equals(service.spec)
                    && addresses.equals(service.addresses)
                    && agents.equals(service.agents);
        }

        @Override
        public int hashCode() {
            return key.hashCode();
        }

        @Override
        public String toString() {
            return key + " " + addresses + " " + agents + " " + spec;
        }
    }

    /**
     * One server with an agent.
     *
     * @param addresses by which it is reached
     * @param ipv6 likewise, as the kernel writes them
     * @param taken published ports that are another program's there
     */
    record Server(
            String agent,
            List<String> tags,
            Ipv4Range subnet,
            List<Ipv4Address> addresses,
            List<String> ipv6,
            List<PortTaken> taken) {
        Server(String agent, List<String> tags, Ipv4Range subnet, List<Ipv4Address> addresses, List<PortTaken> taken) {
            this(agent, tags, subnet, addresses, List.of(), taken);
        }

        Server {
            ipv6 = List.copyOf(ipv6);
            tags = List.copyOf(tags);
            addresses = List.copyOf(addresses);
            taken = List.copyOf(taken);
        }

        /** What it gives as sender to what it leads to containers of others. */
        Ipv4Address gateway() {
            return new Ipv4Address(subnet.first().bits() + 1);
        }
    }

    /** The same but for its revision. */
    boolean saysAs(ClusterView other) {
        return services.equals(other.services) && servers.equals(other.servers) && engines.equals(other.engines);
    }
}
