package dev.banyan.cli.network;

import dev.banyan.api.kinds.TagMatching;
import dev.banyan.api.kinds.settings.PortRules;
import dev.banyan.api.v1.AgentReportStatus;
import dev.banyan.api.v1.AgentStatus;
import dev.banyan.api.v1.Backend;
import dev.banyan.api.v1.PortMapping;
import dev.banyan.api.v1.PortTaken;
import dev.banyan.api.v1.Protocol;
import dev.banyan.api.v1.ServiceSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * One published port, with where it is open and to whom. Pure.
 *
 * @param agents on which it is open, by name; none while no replica is ready
 * @param replicas that it leads to
 * @param notes why it is not open on agents where one would expect it
 */
record OpenPort(String service, PortMapping port, List<String> agents, List<Backend> replicas, List<String> notes) {
    static final List<String> COLUMNS = List.of("PORT", "SERVICE", "TARGET", "OPEN TO", "AGENTS", "REPLICAS", "NOTE");

    private static final String LOOPBACK = "127.";
    private static final Comparator<OpenPort> ORDER = Comparator.comparing(
                    OpenPort::port,
                    Comparator.comparingInt(PortMapping::getPublished)
                            .thenComparing(PortMapping::getProtocol)
                            .thenComparing(port -> port.getAccess().getHostIp()))
            .thenComparing(OpenPort::service);

    OpenPort {
        agents = List.copyOf(agents);
        replicas = List.copyOf(replicas);
        notes = List.copyOf(notes);
    }

    /** An agent as far as ports go. */
    record Server(String name, List<String> tags, AgentStatus.State state, AgentReportStatus report) {
        Server {
            tags = List.copyOf(tags);
        }
    }

    /** A service as far as ports go; {@code revision} is that of the newest change to it or its endpoints. */
    record Published(String name, ServiceSpec spec, List<Backend> backends, long revision) {
        Published {
            backends = List.copyOf(backends);
        }
    }

    /** All published ports, by number. */
    static List<OpenPort> all(List<Published> services, List<Server> servers) {
        return services.stream()
                .flatMap(service -> ports(service.spec()).map(port -> of(service, port, servers)))
                .sorted(ORDER)
                .toList();
    }

    private static Stream<PortMapping> ports(ServiceSpec spec) {
        return PortRules.all(spec).filter(port -> port.getPublished() != 0);
    }

    private static OpenPort of(Published service, PortMapping port, List<Server> servers) {
        var agents = new ArrayList<String>();
        var notes = new ArrayList<String>();
        int without = 0;
        boolean ofBoth = port.getAccess().getHostIp().isEmpty();
        boolean ofIpv6 = PortRules.isIpv6(port.getAccess().getHostIp());
        var candidates = servers.stream()
                .filter(server -> TagMatching.matches(service.spec().getTagsList(), server.tags()))
                .filter(server -> !port.getAccess().getHost() || runs(service, server))
                .toList();
        for (var server : candidates) {
            var obstacle = server.report().getPortsTakenList().stream()
                    .filter(taken -> taken.getIpv6() == ofIpv6 && isOf(taken, port))
                    .findFirst();
            server.report().getPortsTakenList().stream()
                    .filter(taken -> ofBoth && taken.getIpv6() && isOf(taken, port))
                    .forEach(taken -> notes.add(server.name() + ": taken by " + taken.getHolder() + " for IPv6"));
            if (obstacle.isEmpty()) {
                agents.add(server.name());
                doubt(server, service.revision()).forEach(notes::add);
            } else if (obstacle.get().getElsewhere()) {
                without++;
            } else {
                notes.add(server.name() + ": taken by " + obstacle.get().getHolder());
            }
        }
        if (service.backends().isEmpty()) {
            notes.addFirst("no replica is ready");
        } else if (without > 0 && without == candidates.size()) {
            notes.addFirst("no agent has " + port.getAccess().getHostIp());
        }
        return new OpenPort(
                service.name(), port, service.backends().isEmpty() ? List.of() : agents, service.backends(), notes);
    }

    private static boolean runs(Published service, Server server) {
        return service.backends().stream()
                .anyMatch(backend -> backend.getAgent().equals(server.name()));
    }

    private static boolean isOf(PortTaken taken, PortMapping port) {
        return taken.getPort() == port.getPublished()
                && taken.getProtocol() == port.getProtocol()
                && taken.getAddress().equals(single(port));
    }

    private static String single(PortMapping port) {
        var address = port.getAccess().getHostIp();
        return PortRules.isEverywhere(address) ? "" : address;
    }

    /** What says that the agent may not serve it as it is written. */
    private static Stream<String> doubt(Server server, long revision) {
        if (!server.report().getDataPlaneError().isEmpty()) {
            return Stream.of(server.name() + ": " + server.report().getDataPlaneError());
        }
        if (server.state() == AgentStatus.State.LOST) {
            return Stream.of(server.name() + " is lost");
        }
        return server.report().getAppliedRevision() < revision
                ? Stream.of(server.name() + " has not confirmed the last change yet")
                : Stream.of();
    }

    private String protocol() {
        return port.getProtocol() == Protocol.UDP ? "udp" : "tcp";
    }

    private String openTo() {
        if (port.getAccess().getHostIp().startsWith(LOOPBACK)) {
            return "the server itself";
        }
        var allowed = port.getAccess().getAllowList();
        return allowed.isEmpty() ? "everybody" : String.join(", ", allowed);
    }

    List<String> row() {
        var address = port.getAccess().getHostIp();
        var bracketed = PortRules.isIpv6(address) ? "[" + address + "]" : address;
        return List.of(
                (address.isEmpty() ? "" : bracketed + ":") + port.getPublished() + "/" + protocol(),
                service,
                Integer.toString(port.getTarget()),
                openTo(),
                String.join(", ", agents),
                Integer.toString(replicas.size()),
                String.join("; ", notes));
    }

    Map<String, Object> item() {
        var item = new LinkedHashMap<String, Object>();
        item.put("port", port.getPublished());
        item.put("protocol", protocol());
        item.put("address", port.getAccess().getHostIp());
        item.put("mode", port.getAccess().getHost() ? "host" : "ingress");
        item.put("service", service);
        item.put("target", port.getTarget());
        item.put("allow", List.copyOf(port.getAccess().getAllowList()));
        item.put("agents", agents);
        item.put("replicas", replicas.stream().map(OpenPort::replica).toList());
        item.put("notes", notes);
        return item;
    }

    private static Map<String, Object> replica(Backend backend) {
        var item = new LinkedHashMap<String, Object>();
        item.put("task", backend.getTask());
        item.put("agent", backend.getAgent());
        item.put("address", backend.getAddress());
        return item;
    }
}
