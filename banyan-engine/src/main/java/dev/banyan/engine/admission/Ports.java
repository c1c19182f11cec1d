package dev.banyan.engine.admission;

import dev.banyan.api.kinds.settings.NetworkMode;
import dev.banyan.api.kinds.settings.PortRules;
import dev.banyan.api.v1.Link;
import dev.banyan.api.v1.Manifest;
import dev.banyan.api.v1.PortMapping;
import dev.banyan.api.v1.Protocol;
import dev.banyan.api.v1.ServiceManifest;
import dev.banyan.runtime.store.WriteOutcome.Violation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What ports and their balancing must satisfy, and the names of the claims that published ports need. Pure. */
final class Ports {
    /** Ports that the daemons themselves listen on, with what they are for. */
    private static final Map<Integer, String> RESERVED = Map.of(
            7443, "the engine's API",
            7444, "the cluster's registry",
            7445, "metrics and health",
            7446, "the overlay between agents",
            7379, "managed etcd",
            7380, "managed etcd");

    private final List<Violation> violations = new ArrayList<>();
    private final Map<String, List<Publisher>> publishers = new HashMap<>();
    private final Set<String> withoutAddress = new HashSet<>();

    private Ports() {}

    private record Publisher(String service, PortMapping port) {}

    static String claim(PortMapping port) {
        return "port." + (port.getProtocol() == Protocol.UDP ? "udp" : "tcp") + "." + port.getPublished();
    }

    /** Field path by claim name, for every published port of a manifest. */
    static Map<String, String> claims(Manifest manifest) {
        var claims = new TreeMap<String, String>();
        for (var service : manifest.getServicesList()) {
            for (int i = 0; i < service.getPortsCount(); i++) {
                if (service.getPorts(i).getPublished() != 0) {
                    claims.put(claim(service.getPorts(i)), "services." + service.getName() + ".ports[" + i + "]");
                }
            }
        }
        return claims;
    }

    /** Everything that is wrong with the ports of a manifest. */
    static List<Violation> violations(Manifest manifest) {
        var ports = new Ports();
        manifest.getServicesList().stream()
                .filter(service -> service.getBalancing().getReplicasByName()
                        || NetworkMode.of(service.getSettings()) != NetworkMode.OWN)
                .forEach(service -> ports.withoutAddress.add(service.getName()));
        manifest.getServicesList().forEach(ports::service);
        return ports.violations;
    }

    private void service(ServiceManifest service) {
        var path = "services." + service.getName();
        for (int i = 0; i < service.getPortsCount(); i++) {
            port(path + ".ports[" + i + "]", service, service.getPorts(i));
        }
        long affinity = service.getBalancing().getAffinityMs();
        PortRules.affinity(Duration.ofMillis(affinity))
                .ifPresent(problem -> violations.add(new Violation(path + ".x-banyan-affinity", problem)));
        require(
                affinity == 0 || !withoutAddress.contains(service.getName()),
                path + ".x-banyan-affinity",
                "clients keep no replica of a service that has no virtual address");
        for (int i = 0; i < service.getSettings().getLinksCount(); i++) {
            link(path + ".links[" + i + "]", service.getSettings().getLinks(i));
        }
    }

    private void link(String path, Link link) {
        require(
                link.getAlias().equals(link.getService()) || !withoutAddress.contains(link.getService()),
                path,
                "service " + link.getService() + " has no virtual address that another name could lead to");
    }

    private void port(String path, ServiceManifest service, PortMapping port) {
        require(inRange(port.getTarget()), path, "target port " + port.getTarget() + " is not between 1 and 65535");
        require(
                port.getProtocol() == Protocol.TCP || port.getProtocol() == Protocol.UDP,
                path,
                "protocol is tcp or udp");
        PortRules.problems(port).forEach(problem -> violations.add(new Violation(path, problem)));
        PortRules.ofIpv6(port)
                .filter(asked -> !service.getSettings().getIpv6())
                .ifPresent(asked -> violations.add(
                        new Violation(path, "'" + asked + "' is of IPv6, which the service does not have")));
        if (port.getPublished() == 0) {
            return;
        }
        require(inRange(port.getPublished()), path, "port " + port.getPublished() + " is not between 1 and 65535");
        var reserved = RESERVED.get(port.getPublished());
        require(reserved == null, path, "port " + port.getPublished() + " is reserved for " + reserved);
        require(
                port.getAccess().getHost() || !withoutAddress.contains(service.getName()),
                path,
                "a service without a virtual address publishes ports in mode host alone");
        var others = publishers.computeIfAbsent(claim(port), claim -> new ArrayList<>());
        others.stream()
                .filter(other -> PortRules.clash(port, other.port, other.service.equals(service.getName())))
                .findFirst()
                .ifPresent(other -> violations.add(new Violation(
                        path, "port " + port.getPublished() + " is published by service " + other.service + " too")));
        others.add(new Publisher(service.getName(), port));
    }

    private static boolean inRange(int port) {
        return port >= 1 && port <= 65_535;
    }

    private void require(boolean holds, String field, String message) {
        if (!holds) {
            violations.add(new Violation(field, message));
        }
    }
}
