package dev.banyan.agent.isolation;

import dev.banyan.agent.host.AddressFamily;
import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.host.nft.NftSet;
import dev.banyan.agent.isolation.ClusterView.Server;
import dev.banyan.agent.isolation.ClusterView.Service;
import dev.banyan.api.kinds.TagMatching;
import dev.banyan.api.kinds.settings.PortRules;
import dev.banyan.api.v1.PortMapping;
import dev.banyan.api.v1.PortTaken;
import dev.banyan.api.v1.Protocol;
import dev.banyan.api.v1.ServiceSpec;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What containers reach of servers: published ports where they are served, and nothing else. What a container sends to another server
 * arrives there under the address of its own server, so that it has to be told here.
 *
 * @param servers addresses of which nothing is reached
 * @param published but for these: address, protocol and port
 */
record Shield(NftSet servers, NftSet published) {
    private static final String LOOPBACK = "127.";
    private static final String BY_PORT = "ipv4_addr . inet_proto . inet_service";

    /** All that it is made of. */
    record Basis(List<Server> servers, List<String> engines, List<Publisher> publishers) {
        static Basis of(ClusterView view) {
            var publishers = view.services().stream()
                    .filter(service -> PortRules.all(service.spec()).anyMatch(Shield::isPublished))
                    .map(Publisher::of)
                    .toList();
            return new Basis(view.servers(), view.engines(), publishers);
        }
    }

    /**
     * A service with published ports.
     *
     * @param agents that have a ready container of it, if ports of it are open there alone; else none, so that it is the same wherever they are
     */
    record Publisher(ServiceSpec spec, boolean ipv6, List<String> agents) {
        static Publisher of(Service service) {
            boolean where = PortRules.all(service.spec()).anyMatch(Shield::isOfItsServer);
            return new Publisher(service.spec(), service.ipv6(), where ? service.agents() : List.of());
        }
    }

    static Shield of(ClusterRanges ranges, AddressFamily family, Basis basis) {
        var servers = new TreeSet<String>();
        var published = new TreeSet<String>();
        Stream.concat(
                        basis.engines().stream().filter(engine -> (engine.indexOf(':') >= 0) == family.isIpv6()),
                        basis.servers().stream().flatMap(server -> addresses(server, family)))
                .filter(address -> !isOurs(ranges, family, address))
                .forEach(servers::add);
        for (var service : basis.publishers()) {
            if (family.isIpv6() && !service.ipv6()) {
                continue;
            }
            var spec = service.spec();
            PortRules.all(spec)
                    .filter(port -> isPublished(port) && isOf(port, family))
                    .forEach(port -> basis.servers().stream()
                            .filter(server -> TagMatching.matches(spec.getTagsList(), server.tags()))
                            .filter(server ->
                                    !isOfItsServer(port) || service.agents().contains(server.agent()))
                            .filter(server -> server.taken().stream().noneMatch(taken -> isOf(taken, family, port)))
                            .forEach(server -> open(addresses(server, family), port, published)));
        }
        return new Shield(NftSet.of("servers", "ipv4_addr", servers), NftSet.of("published", BY_PORT, published));
    }

    private static boolean isPublished(PortMapping port) {
        return port.getPublished() != 0;
    }

    /** Open where a container of it is, and nowhere else. */
    private static boolean isOfItsServer(PortMapping port) {
        return port.getAccess().getHost();
    }

    private static Stream<String> addresses(Server server, AddressFamily family) {
        return family.isIpv6()
                ? server.ipv6().stream()
                : server.addresses().stream().map(Ipv4Address::toString);
    }

    private static boolean isOurs(ClusterRanges ranges, AddressFamily family, String text) {
        return family.read(text)
                .filter(address -> ranges.containers().contains(address)
                        || ranges.services().contains(address))
                .isPresent();
    }

    private static boolean isOf(PortTaken taken, AddressFamily family, PortMapping port) {
        return taken.getPort() == port.getPublished()
                && taken.getProtocol() == port.getProtocol()
                && taken.getIpv6() == family.isIpv6()
                && taken.getAddress().equals(single(port));
    }

    private static boolean isOf(PortMapping port, AddressFamily family) {
        var address = port.getAccess().getHostIp();
        return address.isEmpty() || PortRules.isIpv6(address) == family.isIpv6();
    }

    /** The address that it is published on; empty is all. */
    private static String single(PortMapping port) {
        var address = port.getAccess().getHostIp();
        return PortRules.isEverywhere(address) ? "" : address;
    }

    private static void open(Stream<String> addresses, PortMapping port, Set<String> published) {
        var single = single(port);
        var protocol = port.getProtocol() == Protocol.UDP ? "udp" : "tcp";
        addresses
                .filter(address -> !address.startsWith(LOOPBACK) && (single.isEmpty() || single.equals(address)))
                .forEach(address -> published.add(address + " . " + protocol + " . " + port.getPublished()));
    }
}
