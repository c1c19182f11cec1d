package dev.banyan.api.compose;

import dev.banyan.api.compose.node.Place;
import dev.banyan.api.compose.schema.Spot;
import dev.banyan.api.kinds.settings.NetworkMode;
import dev.banyan.api.kinds.settings.PortRules;
import dev.banyan.api.v1.Dependency;
import dev.banyan.api.v1.Protocol;
import dev.banyan.api.v1.RestartPolicy;
import dev.banyan.api.v1.ServiceManifest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What must hold between the services of one project in a cluster. */
final class ServiceChecks {
    private final Map<String, ServiceDecoder.Decoded> services = new TreeMap<>();

    ServiceChecks(List<ServiceDecoder.Decoded> decoded) {
        decoded.forEach(service -> services.put(service.manifest().getName(), service));
    }

    void run() {
        services.values().forEach(service -> service.dependencies().forEach(this::completion));
        services.values().forEach(this::links);
        services.values().forEach(ServiceChecks::families);
        ports();
    }

    /** Services that another one waits for to complete. */
    Set<String> awaited() {
        return services.values().stream()
                .flatMap(service -> service.manifest().getDependsOnList().stream())
                .filter(dependency -> dependency.getCondition() == Dependency.Condition.COMPLETED_SUCCESSFULLY)
                .map(Dependency::getService)
                .collect(Collectors.toSet());
    }

    private void completion(ServiceDecoder.PlacedDependency placed) {
        var name = placed.dependency().getService();
        var target = services.get(name);
        if (target == null || placed.dependency().getCondition() != Dependency.Condition.COMPLETED_SUCCESSFULLY) {
            return;
        }
        var mode = target.manifest().getRestart().getMode();
        if (mode == RestartPolicy.Mode.ALWAYS || mode == RestartPolicy.Mode.UNLESS_STOPPED) {
            placed.spot()
                    .refuse(
                            "\"" + name + "\" never completes: it is restarted whenever it ends",
                            "give " + name + " restart: on-failure, or no restart at all");
        }
    }

    /** Another name of a service is written into the containers that have the link, with one address. */
    private void links(ServiceDecoder.Decoded service) {
        var links = service.manifest().getSettings().getLinksList();
        for (int i = 0; i < links.size(); i++) {
            var target = services.get(links.get(i).getService());
            boolean other = !links.get(i).getAlias().equals(links.get(i).getService());
            if (other && target != null && !addressed(target.manifest())) {
                service.spot()
                        .key("links", service.spot().place())
                        .index(i, service.spot().place())
                        .refuse(
                                "\"" + links.get(i).getAlias() + "\" can be no other name of \""
                                        + links.get(i).getService() + "\", which has no virtual address",
                                "use the service's own name");
            }
        }
    }

    /** What nobody can use was not meant so. */
    private static void families(ServiceDecoder.Decoded service) {
        service.ports().stream()
                .filter(placed -> !service.manifest().getSettings().getIpv6())
                .forEach(placed -> PortRules.ofIpv6(placed.port()).ifPresent(asked -> placed.spot()
                        .refuse(
                                "'" + asked + "' is of IPv6, which the service does not have",
                                "give one of its networks \"enable_ipv6: true\"")));
    }

    private static boolean addressed(ServiceManifest service) {
        return !service.getBalancing().getReplicasByName() && NetworkMode.of(service.getSettings()) == NetworkMode.OWN;
    }

    private record HostPort(int number, Protocol protocol) {
        @Override
        public String toString() {
            return number + "/" + protocol.name().toLowerCase(Locale.ROOT);
        }
    }

    private record Claim(ServiceDecoder.Decoded service, PortDecoder.PlacedPort placed) {
        HostPort port() {
            return new HostPort(placed.port().getPublished(), placed.port().getProtocol());
        }

        Place place() {
            return placed.spot().place();
        }

        boolean clashes(Claim other) {
            return PortRules.clash(placed.port(), other.placed.port(), service.equals(other.service));
        }

        void refuseFor(Claim first) {
            var there = first.place().origin().equals(place().origin())
                    ? "on line " + first.place().line()
                    : "in " + first.place().origin().source().name() + " on line "
                            + first.place().line();
            var reason = "service \"" + first.service.manifest().getName() + "\" publishes it " + there;
            Spot at = service.spot().key("ports", place());
            at.refuse("port " + port() + " is published twice", reason);
        }
    }

    private void ports() {
        var claims = services.values().stream()
                .flatMap(service -> service.ports().stream().map(placed -> new Claim(service, placed)))
                .filter(claim -> claim.placed().port().getPublished() != 0)
                .sorted(Comparator.comparing(Claim::place))
                .toList();
        var taken = new HashMap<HostPort, List<Claim>>();
        for (var claim : claims) {
            var others = taken.computeIfAbsent(claim.port(), port -> new ArrayList<>());
            others.stream().filter(claim::clashes).findFirst().ifPresent(claim::refuseFor);
            others.add(claim);
        }
    }
}
