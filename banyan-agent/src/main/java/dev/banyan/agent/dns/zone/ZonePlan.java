package dev.banyan.agent.dns.zone;

import dev.banyan.agent.dns.zone.ZoneService.Replica;
import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.api.policy.Party;
import dev.banyan.api.v1.Backend;
import dev.banyan.api.v1.EndpointsSpec;
import dev.banyan.api.v1.EndpointsStatus;
import dev.banyan.api.v1.ServiceSpec;
import dev.banyan.api.v1.ServiceStatus;
import dev.banyan.runtime.cache.Lister;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The cluster's services as names lead to them. Pure. */
public final class ZonePlan {
    /** Behind the name of a task's Service: release, slot and ordinal. */
    private static final int NUMBERS = 3;

    private ZonePlan() {}

    /** In order of creation, so that the older owner of a name keeps it. */
    public static List<ZoneService> of(
            List<Resource<ServiceSpec, ServiceStatus>> services, Lister<EndpointsSpec, EndpointsStatus> endpoints) {
        return services.stream()
                .filter(service -> !service.spec().getVirtualAddress().isEmpty() && !Party.alone(service.spec()))
                .sorted(Comparator.<Resource<ServiceSpec, ServiceStatus>>comparingLong(
                                service -> service.meta().createRevision())
                        .thenComparing(Resource::name))
                .map(service -> service(service, endpoints))
                .toList();
    }

    private static ZoneService service(
            Resource<ServiceSpec, ServiceStatus> service, Lister<EndpointsSpec, EndpointsStatus> endpoints) {
        var spec = service.spec();
        var key = new ObjectKey("endpoints", service.key().namespace(), service.name());
        var set = endpoints.lastReadable(key).map(Resource::spec).orElse(EndpointsSpec.getDefaultInstance());
        return new ZoneService(
                spec.getDeployment(),
                spec.getService(),
                Ipv4Address.parse(spec.getVirtualAddress()),
                spec.getAliasesList(),
                spec.getNameServersList(),
                set.getBackendsList().stream().map(ZonePlan::replica).toList(),
                spec.getBalancing().getReplicasByName(),
                set.getSilentList().stream()
                        .map(Backend::getAddress)
                        .map(Ipv4Address::parse)
                        .distinct()
                        .toList(),
                ZoneService.reach(spec.getDeployment(), spec.getService(), spec));
    }

    private static Replica replica(Backend backend) {
        var parts = backend.getTask().split("\\.");
        int slot = parts.length < 2 ? 0 : Integer.parseInt(parts[parts.length - 2]);
        return new Replica(slot, Ipv4Address.parse(backend.getAddress()));
    }

    /** The name of the Service that a task of this name is of; empty when it is no name of a task. */
    public static Optional<String> serviceOf(String task) {
        int end = task.length();
        for (int i = 0; i < NUMBERS && end > 0; i++) {
            end = task.lastIndexOf('.', end - 1);
        }
        return end > 0 ? Optional.of(task.substring(0, end)) : Optional.empty();
    }
}
