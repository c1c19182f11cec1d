package dev.banyan.api.compose.project;

import dev.banyan.api.compose.node.Complaints;
import dev.banyan.api.compose.node.Node.Mapping;
import dev.banyan.api.compose.node.Node.Member;
import dev.banyan.api.compose.node.Trail;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeMap;

/** Finds services that wait for each other; each circle is reported once, at its alphabetically first service. */
final class Circles {
    private final TreeMap<String, Mapping> services = new TreeMap<>();
    private final Complaints complaints;
    private final Set<String> finished = new HashSet<>();

    Circles(Mapping services, Complaints complaints) {
        this.complaints = complaints;
        services.members().forEach(service -> {
            if (service.value() instanceof Mapping mapping) {
                this.services.put(service.key(), mapping.mapping("depends_on"));
            }
        });
    }

    void check() {
        for (var name : services.keySet()) {
            visit(name, new LinkedHashSet<>());
        }
    }

    private void visit(String name, LinkedHashSet<String> path) {
        var dependencies = services.get(name);
        if (dependencies == null || finished.contains(name)) {
            return;
        }
        path.add(name);
        for (var dependency : dependencies.members()) {
            if (path.contains(dependency.key())) {
                circle(name, dependency, path);
            } else {
                visit(dependency.key(), path);
            }
        }
        path.remove(name);
        finished.add(name);
    }

    private void circle(String name, Member dependency, LinkedHashSet<String> path) {
        var names = new ArrayList<>(path);
        var circle = new ArrayList<>(names.subList(names.indexOf(dependency.key()), names.size()));
        circle.add(dependency.key());
        complaints.refuse(
                Trail.ROOT.key("services").key(name).key("depends_on").key(dependency.key()),
                dependency.at(),
                "services wait for each other: " + String.join(" -> ", circle));
    }
}
