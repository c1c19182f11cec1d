package dev.banyan.agent.isolation;

import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.host.Ipv4Range;
import dev.banyan.api.policy.Party;
import dev.banyan.api.v1.Attachment;
import dev.banyan.api.v1.PortTaken;
import dev.banyan.api.v1.ServiceSpec;
import java.util.List;

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

    /**
     * One service.
     *
     * @param addresses of all its containers that may be there
     * @param agents that have a ready one
     */
    record Service(String namespace, ServiceSpec spec, List<Ipv4Address> addresses, List<String> agents) {
        Service {
            addresses = List.copyOf(addresses);
            agents = List.copyOf(agents);
        }

        /** Whether its containers have IPv6 addresses. */
        boolean ipv6() {
            return spec.getConnections().getNetworksList().stream().anyMatch(Attachment::getIpv6);
        }

        Party party() {
            return Party.of(namespace, spec);
        }

        String key() {
            return namespace + "/" + spec.getDeployment() + "." + spec.getService();
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
