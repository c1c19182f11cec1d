package dev.banyan.cli.network;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.source.Suggestions;
import dev.banyan.api.v1.AgentReportStatus;
import dev.banyan.api.v1.AgentStatus;
import dev.banyan.api.v1.ServiceProgress;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.cli.app.Apps;
import dev.banyan.cli.network.OpenPort.Published;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the store says at the moment when a check begins.
 *
 * @param progress by the name of the Service
 */
record CheckedCluster(List<Published> services, List<Agent> agents, Map<String, ServiceProgress> progress) {
    CheckedCluster {
        services = List.copyOf(services);
        agents = List.copyOf(agents);
        progress = Map.copyOf(progress);
    }

    /** An agent, whether it was ever connected or not. */
    record Agent(String name, AgentStatus status, String subnet, AgentReportStatus report) {
        /** Why it cannot be asked now. */
        Optional<String> absence() {
            return switch (status.getState()) {
                case READY -> Optional.empty();
                case SUSPECT -> Optional.of("agent " + name + " is silent");
                case LOST -> Optional.of("agent " + name + " is lost");
                case STATE_UNSPECIFIED, UNRECOGNIZED -> Optional.of("agent " + name + " is not connected yet");
            };
        }
    }

    static CheckedCluster read(Store store) {
        var reports = ClusterPorts.reports(store);
        var agents = ClusterPorts.all(store, Kinds.AGENTS, Selection.of(Kinds.AGENTS.name())).stream()
                .map(agent -> new Agent(
                        agent.name(),
                        agent.status(),
                        agent.spec().getSubnet(),
                        reports.getOrDefault(agent.name(), AgentReportStatus.getDefaultInstance())))
                .toList();
        var progress = new HashMap<String, ServiceProgress>();
        ClusterPorts.all(
                        store,
                        Kinds.DEPLOYMENTS,
                        Selection.of(Kinds.DEPLOYMENTS.name()).in(Apps.NAMESPACE))
                .forEach(app -> app.status()
                        .getServicesList()
                        .forEach(service -> progress.put(app.name() + "." + service.getService(), service)));
        return new CheckedCluster(ClusterPorts.read(store).services(), agents, progress);
    }

    /** Only the services that {@code words} name: {@code web} those of all apps, {@code shop/web} that of one. All without words. */
    CheckedCluster only(List<String> words) {
        if (words.isEmpty()) {
            return this;
        }
        var chosen = new ArrayList<Published>();
        for (var word : words) {
            var named =
                    services.stream().filter(service -> isNamed(service, word)).toList();
            if (named.isEmpty()) {
                throw unknown(word);
            }
            named.stream().filter(service -> !chosen.contains(service)).forEach(chosen::add);
        }
        return new CheckedCluster(chosen, agents, progress);
    }

    private static boolean isNamed(Published service, String word) {
        var spec = service.spec();
        return word.equals(spec.getService()) || word.equals(spec.getDeployment() + "/" + spec.getService());
    }

    private ApiException unknown(String word) {
        var names = services.stream()
                .map(service ->
                        service.spec().getDeployment() + "/" + service.spec().getService())
                .toList();
        var guess = Suggestions.didYouMean(word, names)
                .orElse(names.isEmpty() ? "there is none at all" : "there are: " + String.join(", ", names));
        return new ApiException(Reason.NOT_FOUND, "there is no service \"" + word + "\"; " + guess);
    }
}
