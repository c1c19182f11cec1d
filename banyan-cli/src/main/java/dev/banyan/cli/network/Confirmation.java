package dev.banyan.cli.network;

import dev.banyan.api.policy.Party;
import dev.banyan.api.v1.Backend;
import dev.banyan.cli.network.OpenPort.Published;
import dev.banyan.cli.network.OpenPort.Server;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The replicas of one service, and which agents have confirmed that they lead to exactly these. Pure.
 *
 * @param missing names of agents that have not
 */
record Confirmation(Published service, int agents, List<String> missing) {
    static final List<String> COLUMNS = List.of("SERVICE", "ADDRESS", "REPLICAS", "REVISION", "CONFIRMED", "MISSING");

    Confirmation {
        missing = List.copyOf(missing);
    }

    static List<Confirmation> all(List<Published> services, List<Server> servers) {
        return services.stream().map(service -> of(service, servers)).toList();
    }

    private static Confirmation of(Published service, List<Server> servers) {
        var missing = servers.stream()
                .filter(server -> server.report().getAppliedRevision() < service.revision())
                .map(Server::name)
                .toList();
        return new Confirmation(service, servers.size(), missing);
    }

    private String address() {
        boolean none = service.spec().getBalancing().getReplicasByName() || Party.alone(service.spec());
        return none ? "" : service.spec().getVirtualAddress();
    }

    private List<String> replicas() {
        return service.backends().stream().map(Backend::getAddress).toList();
    }

    List<String> row() {
        return List.of(
                service.name(),
                address(),
                String.join(", ", replicas()),
                Long.toString(service.revision()),
                agents - missing.size() + " of " + agents,
                String.join(", ", missing));
    }

    Map<String, Object> item() {
        var item = new LinkedHashMap<String, Object>();
        item.put("service", service.name());
        item.put("address", address());
        item.put("replicas", replicas());
        item.put("revision", service.revision());
        item.put("agents", agents);
        item.put("missing", missing);
        return item;
    }
}
