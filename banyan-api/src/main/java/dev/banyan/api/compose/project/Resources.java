package dev.banyan.api.compose.project;

import dev.banyan.api.compose.node.Complaints;
import dev.banyan.api.compose.node.Node.Mapping;
import dev.banyan.api.compose.node.Node.Member;
import dev.banyan.api.compose.node.Trail;
import dev.banyan.api.compose.schema.Spot;
import java.util.List;

/** Checks what a project declares beside services: where it comes from must be said, and only once. */
final class Resources {
    private static final List<String> SECTIONS = List.of("volumes", "networks", "secrets", "configs");

    /** All that an external resource may have besides. */
    private static final List<String> WITH_EXTERNAL =
            List.of("external", "name", "driver", "labels", "template_driver");

    private final Mapping tree;
    private final Complaints complaints;

    Resources(Mapping tree, Complaints complaints) {
        this.tree = tree;
        this.complaints = complaints;
    }

    void check() {
        for (var section : SECTIONS) {
            for (var resource : tree.mapping(section).members()) {
                var trail = Trail.ROOT.key(section).key(resource.key());
                if (resource.value() instanceof Mapping mapping && !complaints.within(trail)) {
                    resource(section, mapping, new Spot(complaints, trail, resource.at()));
                }
            }
        }
        for (var model : tree.mapping("models").members()) {
            var trail = Trail.ROOT.key("models").key(model.key());
            if (model.value() instanceof Mapping mapping
                    && mapping.member("model").isEmpty()
                    && !complaints.within(trail)) {
                complaints.refuse(trail, model.at(), "has no \"model\"");
            }
        }
    }

    private static void resource(String section, Mapping resource, Spot spot) {
        if (resource.flag("external", false)) {
            resource.members().stream().filter(Resources::clashes).forEach(member -> spot.key(member.key(), member.at())
                    .refuse("cannot be given for what is external"));
            return;
        }
        switch (section) {
            case "secrets" -> source(resource, List.of("file", "environment", "driver"), spot);
            case "configs" -> source(resource, List.of("file", "content", "environment"), spot);
            default -> {}
        }
    }

    private static boolean clashes(Member member) {
        return !WITH_EXTERNAL.contains(member.key()) && !member.key().startsWith("x-");
    }

    private static void source(Mapping resource, List<String> sources, Spot spot) {
        var given =
                sources.stream().filter(key -> resource.member(key).isPresent()).toList();
        if (given.isEmpty()) {
            spot.refuse(
                    "says not where it comes from",
                    "give it \"" + String.join("\", \"", sources) + "\" or external: true");
        } else if (given.size() > 1) {
            spot.refuse("comes from more than one place: " + String.join(", ", given));
        }
    }
}
