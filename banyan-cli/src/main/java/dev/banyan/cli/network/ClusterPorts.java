package dev.banyan.cli.network;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AgentReportStatus;
import dev.banyan.cli.app.Apps;
import dev.banyan.cli.network.OpenPort.Published;
import dev.banyan.cli.network.OpenPort.Server;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import java.util.HashMap;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the store says of services, their endpoints, and the agents that lead to them. */
record ClusterPorts(List<Published> services, List<Server> servers) {
    ClusterPorts {
        services = List.copyOf(services);
        servers = List.copyOf(servers);
    }

    static ClusterPorts read(Store store) {
        var reports = reports(store);
        var servers = all(store, Kinds.AGENTS, Selection.of(Kinds.AGENTS.name())).stream()
                .filter(agent -> reports.containsKey(agent.name()))
                .map(agent -> new Server(
                        agent.name(),
                        agent.spec().getTagsList(),
                        agent.status().getState(),
                        reports.getOrDefault(agent.name(), AgentReportStatus.getDefaultInstance())))
                .toList();
        var endpoints = new HashMap<String, Resource<dev.banyan.api.v1.EndpointsSpec, ?>>();
        all(store, Kinds.ENDPOINTS, Selection.of(Kinds.ENDPOINTS.name()).in(Apps.NAMESPACE))
                .forEach(set -> endpoints.put(set.name(), set));
        var services = all(
                        store,
                        Kinds.SERVICES,
                        Selection.of(Kinds.SERVICES.name()).in(Apps.NAMESPACE))
                .stream()
                .map(service -> {
                    var set = endpoints.get(service.name());
                    long revision = service.meta().revision();
                    return set == null
                            ? new Published(service.name(), service.spec(), List.of(), revision)
                            : new Published(
                                    service.name(),
                                    service.spec(),
                                    set.spec().getBackendsList(),
                                    Math.max(revision, set.meta().revision()));
                })
                .toList();
        return new ClusterPorts(services, servers);
    }

    /** What agents say of themselves, by name. */
    static SortedMap<String, AgentReportStatus> reports(Store store) {
        var reports = new TreeMap<String, AgentReportStatus>();
        all(store, Kinds.AGENT_REPORTS, Selection.of(Kinds.AGENT_REPORTS.name()))
                .forEach(report -> reports.put(report.name(), report.status()));
        return reports;
    }

    static <S, T> List<Resource<S, T>> all(Store store, Kind<S, T> kind, Selection selection) {
        return store.list(selection, ReadAt.LATEST).objects().stream()
                .map(kind::decode)
                .toList();
    }
}
