package dev.banyan.api.compose.project;

import dev.banyan.api.compose.node.Complaints;
import dev.banyan.api.compose.node.Node;
import dev.banyan.api.compose.node.Node.Mapping;
import dev.banyan.api.compose.node.Node.Member;
import dev.banyan.api.compose.node.Trail;
import dev.banyan.api.compose.schema.Spot;
import dev.banyan.api.source.Suggestions;
import java.util.List;
import java.util.Optional;

/** What must hold in a whole project: each service can be made, and whatever is named is there. */
final class Consistency {
    /** Most services of a project. */
    static final int SERVICES_MAX = 200;

    private final Mapping tree;
    private final Mapping services;
    private final List<String> disabled;
    private final Complaints complaints;

    /** @param disabled services that are left out, which may be named */
    Consistency(Mapping tree, List<String> disabled, Complaints complaints) {
        this.tree = tree;
        this.services = tree.mapping("services");
        this.disabled = disabled;
        this.complaints = complaints;
    }

    void check() {
        tree.member("services")
                .filter(key -> services.members().isEmpty() && disabled.isEmpty())
                .ifPresent(key -> {
                    if (key.value() instanceof Mapping && !complaints.within(Trail.ROOT.key("services"))) {
                        spot(Trail.ROOT.key("services"), key).refuse("names no service");
                    }
                });
        int count = services.members().size();
        if (count > SERVICES_MAX) {
            complaints.refuse(
                    Trail.ROOT.key("services"),
                    services.members().getFirst().at(),
                    "has " + count + " services; at most " + SERVICES_MAX + " are possible");
            return;
        }
        for (var service : services.members()) {
            if (service.value() instanceof Mapping mapping) {
                service(mapping, spot(Trail.ROOT.key("services").key(service.key()), service));
            }
        }
        new Circles(services, complaints).check();
        new Resources(tree, complaints).check();
    }

    private Spot spot(Trail trail, Member member) {
        return new Spot(complaints, trail, member.at());
    }

    private void service(Mapping service, Spot spot) {
        boolean made = List.of("image", "build", "provider").stream()
                .anyMatch(key -> service.member(key).isPresent());
        if (!made && !complaints.within(spot.trail())) {
            spot.refuse("has no \"image\"");
        }
        dependencies(service, spot);
        references(service, spot);
        modes(service, spot);
        counts(service, spot);
        healthcheck(service, spot);
    }

    private void dependencies(Mapping service, Spot spot) {
        for (var dependency : service.mapping("depends_on").members()) {
            serviceNamed(
                    dependency.key(), spot.key("depends_on", dependency.at()).key(dependency.key(), dependency.at()));
        }
    }

    private void serviceNamed(String name, Spot spot) {
        if (!complaints.full() && services.member(name).isEmpty() && !disabled.contains(name)) {
            spot.refuse("there is no service \"" + name + "\"", Suggestions.didYouMean(name, names(services)));
        }
    }

    private static List<String> names(Mapping mapping) {
        return mapping.members().stream().map(Member::key).toList();
    }

    private void references(Mapping service, Spot spot) {
        var mounts = service.items("volumes");
        for (int i = 0; i < mounts.size(); i++) {
            if (mounts.get(i) instanceof Mapping mount && mount.text("type").equals(Optional.of("volume"))) {
                int index = i;
                mount.text("source")
                        .ifPresent(name -> declared(
                                "volumes",
                                name,
                                spot.key("volumes", mount.place()).index(index, mount.place())));
            }
        }
        grants(service, "secrets", spot);
        grants(service, "configs", spot);
        for (var network : service.mapping("networks").members()) {
            if (!network.key().equals("default")) {
                declared(
                        "networks",
                        network.key(),
                        spot.key("networks", network.at()).key(network.key(), network.at()));
            }
        }
        for (var model : service.mapping("models").members()) {
            declared("models", model.key(), spot.key("models", model.at()).key(model.key(), model.at()));
        }
        links(service, spot);
    }

    private void grants(Mapping service, String section, Spot spot) {
        var grants = service.items(section);
        for (int i = 0; i < grants.size(); i++) {
            if (grants.get(i) instanceof Mapping grant) {
                int index = i;
                grant.text("source")
                        .ifPresent(name -> declared(
                                section, name, spot.key(section, grant.place()).index(index, grant.place())));
            }
        }
    }

    private void declared(String section, String name, Spot spot) {
        var there = tree.mapping(section);
        if (!complaints.full() && there.member(name).isEmpty()) {
            var kind = section.substring(0, section.length() - 1);
            spot.refuse(
                    "there is no " + kind + " \"" + name + "\"",
                    Suggestions.didYouMean(name, names(there))
                            .orElse("declare it under \"" + section + "\" at the top of the file"));
        }
    }

    private void links(Mapping service, Spot spot) {
        for (var key : List.of("links", "volumes_from")) {
            var items = service.items(key);
            for (int i = 0; i < items.size(); i++) {
                if (items.get(i) instanceof Node.Scalar link && !link.text().startsWith("container:")) {
                    serviceNamed(
                            link.text().split(":", 2)[0],
                            spot.key(key, link.place()).index(i, link.place()));
                }
            }
        }
        for (var key : List.of("network_mode", "ipc", "pid")) {
            var member = service.member(key);
            var mode = service.text(key).orElse("");
            if (member.isPresent() && mode.startsWith("service:")) {
                serviceNamed(
                        mode.substring("service:".length()),
                        spot.key(key, member.get().value().place()));
            }
        }
    }

    private static void modes(Mapping service, Spot spot) {
        var mode = service.member("network_mode");
        if (mode.isPresent() && !service.mapping("networks").members().isEmpty()) {
            spot.key("network_mode", mode.get().at()).refuse("cannot be given together with \"networks\"");
        }
        var build = service.mapping("build");
        var inline = build.member("dockerfile_inline");
        if (inline.isPresent() && build.member("dockerfile").isPresent()) {
            spot.key("build", inline.get().at())
                    .key("dockerfile_inline", inline.get().at())
                    .refuse("cannot be given together with \"dockerfile\"");
        }
        for (var limit : service.mapping("ulimits").members()) {
            limit(limit, spot.key("ulimits", limit.at()).key(limit.key(), limit.at()));
        }
    }

    private static void limit(Member limit, Spot spot) {
        if (!(limit.value() instanceof Mapping both)) {
            return;
        }
        var soft = both.text("soft").map(Long::parseLong);
        var hard = both.text("hard").map(Long::parseLong);
        if ((soft.isEmpty() || hard.isEmpty()) && !spot.complaints().within(spot.trail())) {
            spot.refuse("needs \"soft\" and \"hard\"");
        }
        if (soft.isPresent() && hard.isPresent() && hard.get() >= 0 && (soft.get() > hard.get() || soft.get() < 0)) {
            spot.refuse("its soft limit is above the hard one");
        }
    }

    private static void counts(Mapping service, Spot spot) {
        var scale = service.member("scale");
        var replicas = service.mapping("deploy").member("replicas");
        if (scale.isPresent()
                && replicas.isPresent()
                && !scale.get().value().same(replicas.get().value())) {
            spot.key("scale", scale.get().value().place())
                    .refuse("says another number than \"deploy.replicas\"", "remove one of them");
        }
        var name = service.member("container_name");
        var count = service.text("scale").or(() -> service.mapping("deploy").text("replicas"));
        if (name.isPresent() && count.isPresent() && Long.parseLong(count.get()) > 1) {
            spot.key("container_name", name.get().at())
                    .refuse("one name cannot be that of " + count.get() + " containers", "remove it");
        }
    }

    private static void healthcheck(Mapping service, Spot spot) {
        var check = service.mapping("healthcheck");
        var disable = check.member("disable");
        Optional<Member> test = check.member("test");
        if (disable.isPresent() && check.flag("disable", false) && test.isPresent() && !none(test.get())) {
            spot.key("healthcheck", disable.get().at())
                    .key("disable", disable.get().at())
                    .refuse("cannot be given together with \"test\"");
        }
    }

    private static boolean none(Member test) {
        return test.value() instanceof Node.Sequence words
                && words.items().stream()
                        .anyMatch(word ->
                                word instanceof Node.Scalar text && text.text().equals("NONE"));
    }
}
