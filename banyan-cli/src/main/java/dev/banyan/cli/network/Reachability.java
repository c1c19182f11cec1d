package dev.banyan.cli.network;

import dev.banyan.api.policy.Openness;
import dev.banyan.api.policy.Party;
import dev.banyan.api.v1.Backend;
import dev.banyan.cli.app.Apps;
import dev.banyan.cli.network.OpenPort.Published;
import dev.banyan.cli.network.OpenPort.Server;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What one service may use of another one, why, and which agents have not confirmed that they keep to it. Pure.
 *
 * @param open the ports
 * @param missing agents that run the service and have not confirmed the newest change of either
 * @param ignorant agents that run it and do not keep apps apart
 */
record Reachability(Party from, Party to, Openness open, List<String> missing, List<String> ignorant) {
    static final List<String> COLUMNS = List.of("FROM", "TO", "PORTS", "WHY", "NOTE");

    Reachability {
        missing = List.copyOf(missing);
        ignorant = List.copyOf(ignorant);
    }

    /** Each pair of which something is open, or closed by a rule; of all apps, or from and to {@code app}. */
    static List<Reachability> all(List<Published> services, List<Server> servers, Optional<String> app) {
        var parties = new LinkedHashMap<Published, Party>();
        services.forEach(service -> parties.put(service, Party.of(Apps.NAMESPACE, service.spec())));
        var all = new ArrayList<Reachability>();
        parties.forEach((from, source) -> parties.forEach((to, target) -> {
            var open = Openness.between(source, target);
            boolean asked =
                    app.isEmpty() || app.get().equals(source.app()) || app.get().equals(target.app());
            if (asked && !from.equals(to) && (open.any() || open.ruled())) {
                all.add(of(source, target, open, Math.max(from.revision(), to.revision()), runs(to, servers)));
            }
        }));
        return all;
    }

    private static List<Server> runs(Published service, List<Server> servers) {
        var agents = service.backends().stream().map(Backend::getAgent).collect(Collectors.toSet());
        return servers.stream().filter(server -> agents.contains(server.name())).toList();
    }

    private static Reachability of(Party from, Party to, Openness open, long revision, List<Server> servers) {
        var ignorant = servers.stream()
                .filter(server -> !server.report().getIsolates())
                .map(Server::name)
                .toList();
        var missing = servers.stream()
                .filter(server -> server.report().getAppliedRevision() < revision)
                .map(Server::name)
                .filter(name -> !ignorant.contains(name))
                .toList();
        return new Reachability(from, to, open, missing, ignorant);
    }

    private static String name(Party party) {
        return party.app() + "." + party.service();
    }

    private String note() {
        var notes = new ArrayList<String>();
        if (!ignorant.isEmpty()) {
            notes.add("not isolating: " + String.join(", ", ignorant));
        }
        if (!missing.isEmpty()) {
            notes.add("not confirmed: " + String.join(", ", missing));
        }
        return String.join("; ", notes);
    }

    List<String> row() {
        return List.of(name(from), name(to), open.shown(), open.why(), note());
    }

    Map<String, Object> item() {
        var item = new LinkedHashMap<String, Object>();
        item.put("from", name(from));
        item.put("to", name(to));
        item.put("ports", open.shown());
        item.put("why", open.why());
        item.put("not_confirmed", missing);
        item.put("not_isolating", ignorant);
        return item;
    }
}
