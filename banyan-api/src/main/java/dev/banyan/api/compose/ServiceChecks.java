package dev.banyan.api.compose;

import dev.banyan.api.source.Field;
import dev.banyan.api.source.Suggestions;
import dev.banyan.api.v1.Dependency;
import dev.banyan.api.v1.Protocol;
import dev.banyan.api.v1.RestartPolicy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What must hold between the services of one file. */
final class ServiceChecks {
    private final Map<String, ServiceDecoder.Decoded> services = new TreeMap<>();

    ServiceChecks(List<ServiceDecoder.Decoded> decoded) {
        decoded.forEach(service -> services.put(service.manifest().getName(), service));
    }

    void run() {
        services.values().forEach(this::dependencies);
        ports();
        cycles();
    }

    /** Services that another one waits for to complete. */
    Set<String> awaited() {
        return services.values().stream()
                .flatMap(service -> service.manifest().getDependsOnList().stream())
                .filter(dependency -> dependency.getCondition() == Dependency.Condition.COMPLETED_SUCCESSFULLY)
                .map(Dependency::getService)
                .collect(Collectors.toSet());
    }

    private void dependencies(ServiceDecoder.Decoded service) {
        var seen = new HashSet<String>();
        for (var placed : service.dependencies()) {
            var name = placed.dependency().getService();
            var target = services.get(name);
            if (target == null) {
                refuse(placed, "there is no service \"" + name + "\"", name);
            } else if (!seen.add(name)) {
                placed.field().refuse("\"" + name + "\" is named twice");
            } else {
                completion(placed, target);
            }
        }
    }

    private void refuse(DependencyDecoder.Placed placed, String message, String name) {
        placed.field().refuseKey(message, Suggestions.didYouMean(name, services.keySet()));
    }

    private static void completion(DependencyDecoder.Placed placed, ServiceDecoder.Decoded target) {
        var mode = target.manifest().getRestart().getMode();
        boolean endless = mode == RestartPolicy.Mode.ALWAYS || mode == RestartPolicy.Mode.UNLESS_STOPPED;
        if (placed.dependency().getCondition() == Dependency.Condition.COMPLETED_SUCCESSFULLY && endless) {
            var name = target.manifest().getName();
            placed.field()
                    .refuse(
                            "\"" + name + "\" never completes: it is restarted whenever it ends",
                            "give " + name + " restart: on-failure, or no restart at all");
        }
    }

    private record HostPort(int number, Protocol protocol) {
        @Override
        public String toString() {
            return number + "/" + protocol.name().toLowerCase(Locale.ROOT);
        }
    }

    private record Claim(ServiceDecoder.Decoded service, PortDecoder.Placed placed) {
        HostPort port() {
            return new HostPort(placed.port().getPublished(), placed.port().getProtocol());
        }

        void refuseFor(Claim first) {
            var reason = "service \"" + first.service.manifest().getName() + "\" publishes it on line "
                    + first.placed.position().line();
            var path = service.field().path() + ".ports";
            service.field().problems().add(path, placed.position(), "port " + port() + " is published twice", reason);
        }
    }

    private void ports() {
        var claims = services.values().stream()
                .flatMap(service -> service.ports().stream().map(placed -> new Claim(service, placed)))
                .filter(claim -> claim.placed().port().getPublished() != 0)
                .sorted(Comparator.comparing(claim -> claim.placed().position()))
                .toList();
        var taken = new HashMap<HostPort, Claim>();
        for (var claim : claims) {
            var first = taken.putIfAbsent(claim.port(), claim);
            if (first != null) {
                claim.refuseFor(first);
            }
        }
    }

    /** Reports each cycle once, at its alphabetically first service. */
    private void cycles() {
        var finished = new HashSet<String>();
        for (var name : services.keySet()) {
            visit(name, new LinkedHashSet<>(), finished);
        }
    }

    private void visit(String name, Set<String> path, Set<String> finished) {
        var service = services.get(name);
        if (service == null || finished.contains(name)) {
            return;
        }
        path.add(name);
        for (var placed : service.dependencies()) {
            var next = placed.dependency().getService();
            if (path.contains(next)) {
                cycle(placed.field(), path, next);
            } else {
                visit(next, path, finished);
            }
        }
        path.remove(name);
        finished.add(name);
    }

    private static void cycle(Field at, Set<String> path, String back) {
        var names = new ArrayList<>(path);
        var circle = new ArrayList<>(names.subList(names.indexOf(back), names.size()));
        circle.add(back);
        at.refuseKey("services wait for each other: " + String.join(" -> ", circle), Optional.empty());
    }
}
