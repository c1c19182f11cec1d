package dev.banyan.engine.deployment;

import dev.banyan.api.kinds.settings.NetworkMode;
import dev.banyan.api.v1.ContainerSpec;
import dev.banyan.api.v1.HostEntry;
import dev.banyan.api.v1.Link;
import dev.banyan.api.v1.ReleaseSpec;
import dev.banyan.api.v1.ServiceManifest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The names by which a service reaches those of its app. Pure.
 *
 * @param addresses virtual address by service; one without is not known yet
 */
record KnownNames(ReleaseSpec release, Map<String, String> addresses) {
    /** What a service's containers know: the names that its links give first, for they win over a service of that name. */
    List<HostEntry> of(ServiceManifest service) {
        var entries = new ArrayList<HostEntry>();
        for (Link link : service.getSettings().getLinksList()) {
            if (!link.getAlias().equals(link.getService())) {
                add(entries, link.getAlias(), link.getService());
            }
        }
        release.getManifest().getServicesList().stream()
                // The replicas that such a name leads to come and go.
                .filter(other -> !other.getBalancing().getReplicasByName()
                        && NetworkMode.of(other.getSettings()) == NetworkMode.OWN)
                .sorted(Comparator.comparing(ServiceManifest::getName))
                .forEach(other -> {
                    add(entries, other.getName(), other.getName());
                    var further = other.getSettings().getContainerName();
                    if (!further.isEmpty() && !further.equals(other.getName())) {
                        add(entries, further, other.getName());
                    }
                });
        return entries;
    }

    /** Those of a container's names that its links give: no name server knows them. */
    static List<HostEntry> ofLinks(ContainerSpec container) {
        var aliases = container.getSettings().getLinksList().stream()
                .filter(link -> !link.getAlias().equals(link.getService()))
                .map(Link::getAlias)
                .collect(Collectors.toSet());
        var seen = new HashSet<String>();
        return container.getHostsList().stream()
                .filter(host -> aliases.contains(host.getName()) && seen.add(host.getName()))
                .toList();
    }

    private void add(List<HostEntry> entries, String name, String service) {
        var address = addresses.get(service);
        if (address != null) {
            entries.add(HostEntry.newBuilder().setName(name).setAddress(address).build());
        }
    }
}
