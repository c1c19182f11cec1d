package dev.banyan.agent.isolation;

import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.host.Ipv4Range;
import dev.banyan.agent.isolation.ClusterView.Server;
import dev.banyan.agent.isolation.ClusterView.Service;
import dev.banyan.api.twin.Ipv6Text;
import dev.banyan.api.v1.AgentReportSpec;
import dev.banyan.api.v1.AgentReportStatus;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.api.v1.AgentStatus;
import dev.banyan.api.v1.Backend;
import dev.banyan.api.v1.EndpointsSpec;
import dev.banyan.api.v1.EndpointsStatus;
import dev.banyan.api.v1.ServiceSpec;
import dev.banyan.api.v1.ServiceStatus;
import dev.banyan.runtime.cache.Lister;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads what caches show. Of the objects alone comes what it answers; a service that is as it was is the same one, so that a change of one
 * does not read the addresses of all. For one caller at a time.
 */
final class ViewReader {
    private Map<ObjectKey, Read> last = Map.of();

    /** A service, and of which objects it was read. */
    private record Read(ServiceSpec spec, EndpointsSpec set, Service service) {
        /** The same objects, and not equal ones: to compare these is to read them. */
        @SuppressWarnings("ReferenceEquality")
        boolean isOf(ServiceSpec newSpec, EndpointsSpec newSet) {
            return spec == newSpec && set == newSet;
        }
    }

    /** In order of key. */
    List<Service> services(
            List<Resource<ServiceSpec, ServiceStatus>> services, Lister<EndpointsSpec, EndpointsStatus> endpoints) {
        var now = new HashMap<ObjectKey, Read>();
        for (var service : services) {
            now.put(service.key(), read(service, endpoints));
        }
        last = now;
        return now.values().stream()
                .map(Read::service)
                .sorted((one, other) -> one.key().compareTo(other.key()))
                .toList();
    }

    private Read read(Resource<ServiceSpec, ServiceStatus> service, Lister<EndpointsSpec, EndpointsStatus> endpoints) {
        var key = new ObjectKey("endpoints", service.key().namespace(), service.name());
        var set = endpoints.lastReadable(key).map(Resource::spec).orElse(EndpointsSpec.getDefaultInstance());
        var before = last.get(service.key());
        return before != null && before.isOf(service.spec(), set)
                ? before
                : new Read(service.spec(), set, service(service, set));
    }

    private static Service service(Resource<ServiceSpec, ServiceStatus> service, EndpointsSpec set) {
        return new Service(
                service.key().namespace(),
                service.spec(),
                Stream.concat(set.getBackendsList().stream(), set.getSilentList().stream())
                        .map(Backend::getAddress)
                        .flatMap(text -> address(text).stream())
                        .distinct()
                        .sorted()
                        .toList(),
                set.getBackendsList().stream()
                        .map(Backend::getAgent)
                        .distinct()
                        .sorted()
                        .toList());
    }

    /** In order of name; those that have no subnet yet have no containers either. */
    static List<Server> servers(
            List<Resource<AgentSpec, AgentStatus>> agents, List<Resource<AgentReportSpec, AgentReportStatus>> reports) {
        return agents.stream()
                .filter(agent -> !agent.spec().getSubnet().isEmpty())
                .map(agent -> server(
                        agent,
                        reports.stream()
                                .filter(report -> report.name().equals(agent.name()))
                                .map(Resource::status)
                                .findFirst()
                                .orElse(AgentReportStatus.getDefaultInstance())))
                .sorted((one, other) -> one.agent().compareTo(other.agent()))
                .toList();
    }

    private static Server server(Resource<AgentSpec, AgentStatus> agent, AgentReportStatus report) {
        return new Server(
                agent.name(),
                agent.spec().getTagsList(),
                Ipv4Range.parse(agent.spec().getSubnet()),
                addresses(Stream.concat(Stream.of(report.getHostAddress()), report.getAddressesList().stream())),
                canonical(report.getIpv6AddressesList()),
                report.getPortsTakenList());
    }

    /** Those of {@code texts} that are IPv4 addresses; sorted. */
    static List<Ipv4Address> addresses(Stream<String> texts) {
        return texts.flatMap(text -> address(text).stream()).distinct().sorted().toList();
    }

    /** Those of {@code texts} that are addresses, each in its one form; sorted. */
    static List<String> canonical(List<String> texts) {
        return texts.stream()
                .flatMap(text -> address(text).map(Ipv4Address::toString).or(() -> Ipv6Text.canonical(text)).stream())
                .distinct()
                .sorted()
                .toList();
    }

    private static Optional<Ipv4Address> address(String text) {
        try {
            return Optional.of(Ipv4Address.parse(text));
        } catch (IllegalArgumentException none) {
            return Optional.empty();
        }
    }
}
