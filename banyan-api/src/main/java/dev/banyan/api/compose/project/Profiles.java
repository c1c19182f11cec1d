package dev.banyan.api.compose.project;

import dev.banyan.api.compose.node.Complaints;
import dev.banyan.api.compose.node.Node.Mapping;
import dev.banyan.api.compose.node.Node.Member;
import dev.banyan.api.compose.node.Trail;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Leaves out the services whose profiles are not enabled. A service without profiles is always there. */
final class Profiles {
    private static final String ALL = "*";

    private final Set<String> enabled;
    private final Set<String> disabled = new TreeSet<>();

    Profiles(List<String> enabled) {
        this.enabled = Set.copyOf(enabled);
    }

    /** The tree with the services that are enabled; a dependency that is left out must not be required. */
    Mapping apply(Mapping tree, Complaints complaints) {
        var services = tree.member("services");
        if (services.isEmpty() || !(services.get().value() instanceof Mapping all)) {
            return tree;
        }
        all.members().stream().filter(this::left).map(Member::key).forEach(disabled::add);
        if (disabled.isEmpty()) {
            return tree;
        }
        var kept = all.members().stream()
                .filter(service -> !disabled.contains(service.key()))
                .map(service -> service.with(without(service, all, complaints)))
                .toList();
        if (kept.isEmpty()) {
            complaints.refuse(
                    Trail.ROOT.key("services"),
                    services.get().at(),
                    "has no service without a profile, and none of their profiles is enabled",
                    "enable one with --profile");
        }
        return tree.with(services.get().with(all.with(kept)));
    }

    /** The names of all profiles in a tree, in alphabetical order. */
    static List<String> all(Mapping tree) {
        var names = new TreeSet<String>();
        for (var service : tree.mapping("services").members()) {
            if (service.value() instanceof Mapping mapping) {
                names.addAll(mapping.texts("profiles"));
            }
        }
        return List.copyOf(names);
    }

    /** The names of those that were left out. */
    List<String> disabled() {
        return List.copyOf(disabled);
    }

    private boolean left(Member service) {
        if (!(service.value() instanceof Mapping mapping) || enabled.contains(ALL)) {
            return false;
        }
        var profiles = mapping.texts("profiles");
        return !profiles.isEmpty() && profiles.stream().noneMatch(enabled::contains);
    }

    private dev.banyan.api.compose.node.Node without(Member service, Mapping all, Complaints complaints) {
        if (!(service.value() instanceof Mapping mapping)) {
            return service.value();
        }
        var dependencies = mapping.member("depends_on");
        if (dependencies.isEmpty() || !(dependencies.get().value() instanceof Mapping named)) {
            return mapping;
        }
        var trail = Trail.ROOT.key("services").key(service.key()).key("depends_on");
        for (var dependency : named.members()) {
            if (disabled.contains(dependency.key()) && required(dependency)) {
                var profiles = all.mapping(dependency.key()).texts("profiles");
                complaints.refuse(
                        trail.key(dependency.key()),
                        dependency.at(),
                        "service \"" + dependency.key() + "\" is left out: none of its profiles is enabled",
                        "enable it with --profile " + profiles.getFirst() + ", or write required: false");
            }
        }
        var kept = named.members().stream()
                .filter(dependency -> !disabled.contains(dependency.key()))
                .toList();
        return mapping.with(dependencies.get().with(named.with(kept)));
    }

    private static boolean required(Member dependency) {
        return !(dependency.value() instanceof Mapping settings) || settings.flag("required", true);
    }
}
