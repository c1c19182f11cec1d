package dev.banyan.engine.admission;

import dev.banyan.api.kinds.settings.DeviceRules;
import dev.banyan.api.kinds.settings.SettingsRules;
import dev.banyan.api.v1.Manifest;
import dev.banyan.api.v1.ServiceManifest;
import dev.banyan.runtime.store.WriteOutcome.Violation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the settings of an app's containers must satisfy, each and together. Pure; collects every violation. */
final class ContainerRules {
    private final List<Violation> violations = new ArrayList<>();

    /** The service that is reached by a name. */
    private final Map<String, String> holders = new HashMap<>();

    private ContainerRules() {}

    static List<Violation> violations(Manifest manifest) {
        var rules = new ContainerRules();
        manifest.getServicesList().forEach(service -> rules.holders.put(service.getName(), service.getName()));
        manifest.getServicesList().forEach(rules::service);
        return rules.violations;
    }

    /** Why a service cannot have so many replicas; none when it can. */
    static List<Violation> replicas(ServiceManifest service, int count) {
        var name = service.getSettings().getContainerName();
        return name.isEmpty() || count <= 1
                ? List.of()
                : List.of(new Violation(
                        "services." + service.getName() + ".container_name",
                        "one name cannot be that of " + count + " containers: remove container_name"));
    }

    private void service(ServiceManifest service) {
        var path = "services." + service.getName() + ".";
        for (var problem : SettingsRules.problems(service.getSettings())) {
            violations.add(new Violation(path + problem.field(), problem.message()));
        }
        SettingsRules.swapProblem(service.getSettings(), service.getLimits().getMemoryBytes())
                .ifPresent(problem -> violations.add(new Violation(path + "memswap_limit", problem)));
        DeviceRules.problem(service.getDevicesList())
                .ifPresent(problem -> violations.add(new Violation(path + "devices", problem)));
        violations.addAll(replicas(service, service.getReplicas()));
        var name = service.getSettings().getContainerName();
        var holder = name.isEmpty() ? null : holders.putIfAbsent(name, service.getName());
        if (holder != null && !holder.equals(service.getName())) {
            violations.add(new Violation(path + "container_name", "'" + name + "' is a name of service " + holder));
        }
        var links = service.getSettings().getLinksList();
        for (int i = 0; i < links.size(); i++) {
            var linked = links.get(i).getService();
            if (!linked.equals(holders.get(linked))) {
                violations.add(new Violation(path + "links[" + i + "]", "'" + linked + "' is no service of this app"));
            }
        }
    }
}
