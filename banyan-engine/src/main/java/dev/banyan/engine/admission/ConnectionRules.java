package dev.banyan.engine.admission;

import dev.banyan.api.kinds.settings.NetworkMode;
import dev.banyan.api.policy.PolicyRules;
import dev.banyan.api.v1.Attachment;
import dev.banyan.api.v1.Manifest;
import dev.banyan.api.v1.ServiceManifest;
import dev.banyan.runtime.store.WriteOutcome.Violation;
import java.util.ArrayList;
import java.util.List;

/** What networks, peers and rules of a manifest must satisfy. Pure. */
final class ConnectionRules {
    private ConnectionRules() {}

    static List<Violation> violations(Manifest manifest) {
        var violations = new ArrayList<Violation>();
        PolicyRules.peers(manifest.getPeersList())
                .forEach(problem -> violations.add(new Violation("x-banyan-peers", problem)));
        for (var service : manifest.getServicesList()) {
            var path = "services." + service.getName();
            PolicyRules.problems(service.getConnections())
                    .forEach(problem -> violations.add(new Violation(path + ".networks", problem)));
            modes(service).forEach(problem -> violations.add(new Violation(path + ".network_mode", problem)));
        }
        return violations;
    }

    /** A container without a link can be in no network, and nothing can be led to it. */
    private static List<String> modes(ServiceManifest service) {
        var problems = new ArrayList<String>();
        var mode = NetworkMode.of(service.getSettings());
        boolean linked = mode == NetworkMode.OWN;
        boolean networks = !service.hasConnections() || service.getConnections().getNetworksCount() > 0;
        if (linked != networks) {
            problems.add(linked ? "is in no network" : "a service without a link is in no network");
        }
        boolean asked = service.getConnections().getNetworksList().stream().anyMatch(Attachment::getIpv6);
        if (asked != service.getSettings().getIpv6()) {
            problems.add("has IPv6 exactly when one of its networks has");
        }
        if (!linked && service.getPortsCount() > 0) {
            problems.add("a service without a link can publish no ports");
        }
        if (mode == NetworkMode.HOST && service.getBalancing().getReplicasByName()) {
            problems.add("no name leads to a service on its server's network");
        }
        return problems;
    }
}
