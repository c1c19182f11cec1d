package dev.banyan.engine.admission;

import dev.banyan.api.kinds.settings.SettingsRules;
import dev.banyan.api.v1.Manifest;
import dev.banyan.api.v1.RestartPolicy;
import dev.banyan.api.v1.ServiceManifest;
import dev.banyan.runtime.store.WriteOutcome.Violation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** What a normalised manifest must satisfy, whoever sends it. Pure; collects every violation. */
final class ManifestRules {
    static final int SERVICES_MAX = 200;
    static final int REPLICAS_MAX = 1_000;
    static final int ENVIRONMENT_MAX = 256;
    static final int ENVIRONMENT_VALUE_MAX = 32 * 1024;
    /** A release that replaces them all changes two claims for each, beside Release and Deployment, in one commit of 64 writes. */
    static final int PORTS_MAX = 31;

    static final int TAGS_MAX = 4;
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?");

    private final List<Violation> violations = new ArrayList<>();

    static List<Violation> violations(Manifest manifest, List<String> tags) {
        var rules = new ManifestRules();
        rules.check(manifest, tags);
        rules.violations.addAll(Ports.violations(manifest));
        rules.violations.addAll(ContentRules.violations(manifest));
        rules.violations.addAll(ConnectionRules.violations(manifest));
        return rules.violations;
    }

    private void check(Manifest manifest, List<String> tags) {
        label("name", manifest.getName());
        require(tags.size() <= TAGS_MAX, "tags", "at most " + TAGS_MAX + " tags, not " + tags.size());
        tags.forEach(tag -> label("tags", tag));
        int count = manifest.getServicesCount();
        require(count >= 1, "services", "an app needs at least one service");
        require(count <= SERVICES_MAX, "services", "at most " + SERVICES_MAX + " services, not " + count);
        var names = new HashSet<String>();
        for (var service : manifest.getServicesList()) {
            require(names.add(service.getName()), "services." + service.getName(), "is there twice");
        }
        manifest.getServicesList().forEach(service -> service(service, names));
        require(published(manifest) <= PORTS_MAX, "services", "at most " + PORTS_MAX + " published ports in one app");
        cycles(manifest);
        violations.addAll(ContainerRules.violations(manifest));
    }

    private static long published(Manifest manifest) {
        return manifest.getServicesList().stream()
                .flatMap(service -> service.getPortsList().stream())
                .filter(port -> port.getPublished() != 0)
                .count();
    }

    private void service(ServiceManifest service, Set<String> names) {
        var path = "services." + service.getName();
        label(path, service.getName());
        require(!service.getImage().isBlank(), path + ".image", "is missing");
        require(
                service.getReplicas() <= REPLICAS_MAX,
                path + ".deploy.replicas",
                "at most " + REPLICAS_MAX + ", not " + Integer.toUnsignedString(service.getReplicas()));
        require(
                !service.getGlobal() || service.getReplicas() == 0,
                path + ".deploy.replicas",
                "a service on every agent has no number of replicas");
        PlacementRules.violations(path + ".deploy", service, violations);
        restart(path + ".deploy.restart_policy.", service.getRestart());
        environment(path, service);
        service.getDependsOnList()
                .forEach(dependency -> require(
                        names.contains(dependency.getService())
                                && !dependency.getService().equals(service.getName()),
                        path + ".depends_on." + dependency.getService(),
                        "is no other service of this app"));
    }

    private void restart(String path, RestartPolicy policy) {
        require(policy.getRetriesMax() >= 0, path + "max_attempts", "is more than 2147483647");
        var max = SettingsRules.RESTART_MAX;
        var message = "must be from 0 to " + max.toHours() + "h";
        require(policy.getDelayMs() >= 0 && policy.getDelayMs() <= max.toMillis(), path + "delay", message);
        require(policy.getWindowMs() >= 0 && policy.getWindowMs() <= max.toMillis(), path + "window", message);
    }

    private void environment(String path, ServiceManifest service) {
        require(
                service.getEnvironmentCount() <= ENVIRONMENT_MAX,
                path + ".environment",
                "at most " + ENVIRONMENT_MAX + " variables");
        service.getEnvironmentMap().forEach((name, value) -> {
            require(!name.isEmpty() && name.indexOf('=') < 0, path + ".environment." + name, "is no variable name");
            require(
                    value.length() <= ENVIRONMENT_VALUE_MAX,
                    path + ".environment." + name,
                    "is longer than " + ENVIRONMENT_VALUE_MAX + " characters");
        });
    }

    private void cycles(Manifest manifest) {
        var dependencies = new HashMap<String, List<String>>();
        manifest.getServicesList()
                .forEach(service -> dependencies.put(
                        service.getName(),
                        service.getDependsOnList().stream()
                                .map(dependency -> dependency.getService())
                                .toList()));
        var done = new HashSet<String>();
        boolean removed = true;
        while (removed) {
            removed = dependencies.entrySet().stream()
                    .filter(entry -> !done.contains(entry.getKey()))
                    .filter(entry -> entry.getValue().stream()
                            .allMatch(name -> done.contains(name) || !dependencies.containsKey(name)))
                    .map(Map.Entry::getKey)
                    .toList()
                    .stream()
                    .map(done::add)
                    .reduce(false, Boolean::logicalOr);
        }
        dependencies.keySet().stream()
                .filter(name -> !done.contains(name))
                .sorted()
                .findFirst()
                .ifPresent(name -> require(false, "services." + name + ".depends_on", "waits for itself in a circle"));
    }

    private void label(String path, String value) {
        require(
                LABEL.matcher(value).matches(),
                path,
                "'" + value + "' is no name: lower-case letters, digits and dashes, at most 40 characters");
    }

    private void require(boolean holds, String field, String message) {
        if (!holds) {
            violations.add(new Violation(field, message));
        }
    }
}
