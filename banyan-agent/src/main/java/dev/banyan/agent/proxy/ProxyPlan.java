package dev.banyan.agent.proxy;

import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.api.kinds.TagMatching;
import dev.banyan.api.v1.EndpointsSpec;
import dev.banyan.api.v1.EndpointsStatus;
import dev.banyan.api.v1.PortMapping;
import dev.banyan.api.v1.ServiceSpec;
import dev.banyan.api.v1.ServiceStatus;
import dev.banyan.runtime.cache.Lister;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * What one agent's load balancer shall serve, from the services and endpoints of the whole cluster. Pure.
 *
 * <p>Every service is behind its virtual address on every agent, since clients of any agent may use it. Its published ports are opened
 * where the tags of its app match the agent's.
 */
final class ProxyPlan {
    private final List<String> tags;
    private final Lister<EndpointsSpec, EndpointsStatus> endpoints;
    private final List<Frontend> frontends = new ArrayList<>();
    private final List<VirtualService> services = new ArrayList<>();

    /** Entrances and addresses that are in use: claims make them unique, but a cache may show two owners for a moment. */
    private final HashSet<Object> used = new HashSet<>();

    private ProxyPlan(List<String> tags, Lister<EndpointsSpec, EndpointsStatus> endpoints) {
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
        var plan = new ProxyPlan(tags, endpoints);
        services.stream()
                .sorted((one, other) ->
                        Long.compare(one.meta().createRevision(), other.meta().createRevision()))
                .forEach(plan::add);
        return new ProxySet(revision, ranges, plan.frontends, plan.services);
    }

    private void add(Resource<ServiceSpec, ServiceStatus> service) {
        var addresses = backends(service.key());
        var virtual = service.spec().getVirtualAddress();
        if (!virtual.isEmpty() && used.add(virtual)) {
            services.add(new VirtualService(Ipv4Address.parse(virtual), addresses));
        }
        if (TagMatching.matches(service.spec().getTagsList(), tags)) {
            service.spec().getPortsList().stream()
                    .filter(port -> port.getPublished() != 0)
                    .forEach(port -> publish(port, addresses));
        }
    }

    private void publish(PortMapping port, List<Ipv4Address> addresses) {
        var protocol = port.getProtocol() == dev.banyan.api.v1.Protocol.UDP ? Protocol.UDP : Protocol.TCP;
        if (used.add(protocol + "/" + port.getPublished())) {
            var backends = addresses.stream()
                    .map(address -> new Backend(address, port.getTarget(), 1))
                    .toList();
            frontends.add(new Frontend(protocol, List.of(new Entrance.Published(port.getPublished())), backends));
        }
    }

    private List<Ipv4Address> backends(ObjectKey service) {
        var key = new ObjectKey("endpoints", service.namespace(), service.name());
        return endpoints.lastReadable(key).map(found -> found.spec().getBackendsList()).orElse(List.of()).stream()
                .map(backend -> Ipv4Address.parse(backend.getAddress()))
                .distinct()
                .toList();
    }
}
