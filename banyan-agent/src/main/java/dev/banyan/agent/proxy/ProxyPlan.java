package dev.banyan.agent.proxy;

import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.host.PortHold;
import dev.banyan.api.kinds.TagMatching;
import dev.banyan.api.kinds.settings.PortRules;
import dev.banyan.api.policy.Party;
import dev.banyan.api.v1.EndpointsSpec;
import dev.banyan.api.v1.EndpointsStatus;
import dev.banyan.api.v1.PortMapping;
import dev.banyan.api.v1.ServiceSpec;
import dev.banyan.api.v1.ServiceStatus;
import dev.banyan.runtime.cache.Lister;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What one agent's load balancer shall serve, from the services and endpoints of the whole cluster. Pure.
 *
 * <p>Every service is behind its virtual address on every agent, since clients of any agent may use it. Its published ports are opened
 * where the tags of its app match the agent's, and those in mode host where a replica runs.
 */
final class ProxyPlan {
    private final ClusterRanges ranges;
    private final List<String> tags;
    private final Lister<EndpointsSpec, EndpointsStatus> endpoints;
    private final List<Frontend> frontends = new ArrayList<>();
    private final List<VirtualService> services = new ArrayList<>();
    private final Set<Ipv4Address> dual = new HashSet<>();

    /** Entrances and addresses that are in use: claims make them unique, but a cache may show two owners for a moment. */
    private final HashSet<Object> used = new HashSet<>();

    private ProxyPlan(ClusterRanges ranges, List<String> tags, Lister<EndpointsSpec, EndpointsStatus> endpoints) {
        this.ranges = ranges;
        this.tags = tags;
        this.endpoints = endpoints;
    }

    /** The set at {@code revision}; services in order of creation, so that the older owner of something wins. */
    static ProxySet of(
            long revision,
            ClusterRanges ranges,
            List<String> tags,
            List<Resource<ServiceSpec, ServiceStatus>> services,
            Lister<EndpointsSpec, EndpointsStatus> endpoints) {
        var plan = new ProxyPlan(ranges, tags, endpoints);
        services.stream()
                .sorted((one, other) ->
                        Long.compare(one.meta().createRevision(), other.meta().createRevision()))
                .forEach(plan::add);
        return new ProxySet(revision, ranges, plan.frontends, plan.services, plan.dual);
    }

    private void add(Resource<ServiceSpec, ServiceStatus> service) {
        var spec = service.spec();
        var addresses = backends(service.key());
        var virtual = spec.getVirtualAddress();
        var time = Duration.ofMillis(spec.getBalancing().getAffinityMs());
        boolean led = !virtual.isEmpty() && !spec.getBalancing().getReplicasByName() && !Party.alone(spec);
        if (led && used.add(virtual)) {
            services.add(new VirtualService(Ipv4Address.parse(virtual), addresses, time));
        }
        if (TagMatching.matches(spec.getTagsList(), tags)) {
            var affinity = Optional.of(time)
                    .filter(asked -> led && !asked.isZero())
                    .map(asked -> new Affinity(Ipv4Address.parse(virtual), asked));
            PortRules.all(spec)
                    .filter(port -> port.getPublished() != 0)
                    .forEach(port -> publish(port, reached(port, addresses), affinity));
        }
    }

    /** In mode host nobody is led to another server. */
    private List<Ipv4Address> reached(PortMapping port, List<Ipv4Address> addresses) {
        return port.getAccess().getHost()
                ? addresses.stream().filter(ranges.own()::contains).toList()
                : addresses;
    }

    private void publish(PortMapping port, List<Ipv4Address> addresses, Optional<Affinity> affinity) {
        var protocol = port.getProtocol() == dev.banyan.api.v1.Protocol.UDP ? Protocol.UDP : Protocol.TCP;
        var access = port.getAccess();
        // Where no replica runs, the port in mode host is free for others.
        boolean open = !access.getHost() || !addresses.isEmpty();
        var entrance = entrance(port.getPublished(), access.getHostIp());
        if (open && free(protocol, entrance)) {
            var backends = addresses.stream()
                    .map(address -> new Backend(address, port.getTarget(), 1))
                    .toList();
            var allowed = Frontend.Allowed.parse(access.getAllowList());
            frontends.add(new Frontend(protocol, List.of(entrance), backends, allowed, affinity));
        }
    }

    /** All addresses are those of both kinds, so that who has one of these has a part of it. */
    private boolean free(Protocol protocol, Entrance entrance) {
        var four = new Entrance.Addressed(PortHold.EVERY_ADDRESS, entrance.port());
        var six = new Entrance.AddressedIpv6(PortHold.EVERY_IPV6, entrance.port());
        List<Entrance> needed = entrance instanceof Entrance.Published ? List.of(four, six) : List.of(entrance);
        var words = needed.stream().map(one -> protocol + " " + one).toList();
        boolean free = words.stream().noneMatch(used::contains);
        if (free) {
            used.addAll(words);
        }
        return free;
    }

    private static Entrance entrance(int port, String address) {
        if (address.isEmpty()) {
            return new Entrance.Published(port);
        }
        return PortRules.isIpv6(address)
                ? new Entrance.AddressedIpv6(PortRules.canonical(address), port)
                : new Entrance.Addressed(Ipv4Address.parse(address), port);
    }

    private List<Ipv4Address> backends(ObjectKey service) {
        var key = new ObjectKey("endpoints", service.namespace(), service.name());
        var set = endpoints
                .lastReadable(key)
                .map(found -> found.spec().getBackendsList())
                .orElse(List.of());
        set.stream()
                .filter(dev.banyan.api.v1.Backend::getIpv6)
                .map(backend -> Ipv4Address.parse(backend.getAddress()))
                .forEach(dual::add);
        return set.stream()
                .map(backend -> Ipv4Address.parse(backend.getAddress()))
                .distinct()
                .toList();
    }
}
