package dev.banyan.api.compose;

import dev.banyan.api.compose.node.Node.Mapping;
import dev.banyan.api.compose.node.Node.Scalar;
import dev.banyan.api.compose.schema.Spot;
import dev.banyan.api.kinds.AgentLabels;
import dev.banyan.api.v1.Placement;
import dev.banyan.api.v1.PlacementConstraint;
import dev.banyan.api.v1.PlacementConstraint.Subject;
import dev.banyan.api.v1.PlacementPreference;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Decodes what {@code deploy.placement} asks of agents: Swarm's constraints and preferences, as far as agents have what they name. */
final class PlacementDecoder {
    /** Both can stand in a name neither, so the first one ends it. */
    private static final Pattern CONSTRAINT = Pattern.compile("\\s*([^\\s=!]+)\\s*([=!]=)\\s*(.*?)\\s*");

    private static final String LABEL = "node.labels.";
    private static final Map<String, Subject> SUBJECTS = Map.of(
            "node.hostname", Subject.NAME,
            "node.id", Subject.ID,
            "node.platform.os", Subject.OS,
            "node.platform.arch", Subject.ARCHITECTURE);

    /** What kernels call what images call otherwise. */
    private static final Map<String, String> ARCHITECTURES =
            Map.of("x86_64", "amd64", "aarch64", "arm64", "armv7l", "arm", "i686", "386");

    private final Mapping placement;
    private final Spot spot;

    private PlacementDecoder(Mapping placement, Spot spot) {
        this.placement = placement;
        this.spot = spot;
    }

    static void decode(Mapping placement, Spot spot, Placement.Builder into) {
        var decoder = new PlacementDecoder(placement, spot);
        decoder.constraints(into);
        decoder.preferences(into);
    }

    private void constraints(Placement.Builder into) {
        var items = placement.items("constraints");
        for (int i = 0; i < items.size(); i++) {
            if (items.get(i) instanceof Scalar scalar) {
                var at = spot.key("constraints", scalar.place()).index(i, scalar.place());
                constraint(scalar.text(), at).ifPresent(into::addConstraints);
            }
        }
    }

    private static Optional<PlacementConstraint> constraint(String text, Spot at) {
        var parts = CONSTRAINT.matcher(text);
        if (!parts.matches() || parts.group(3).isEmpty()) {
            at.refuse("\"" + text + "\" is no constraint", "write it like node.labels.zone == eu");
            return Optional.empty();
        }
        var name = parts.group(1);
        boolean negated = parts.group(2).equals("!=");
        var value = parts.group(3);
        if (name.equals("node.role")) {
            role(value, negated, at);
            return Optional.empty();
        }
        return subject(name, at).map(built -> built.setNegated(negated)
                .setValue(built.getSubject() == Subject.ARCHITECTURE ? architecture(value) : value)
                .build());
    }

    private static Optional<PlacementConstraint.Builder> subject(String name, Spot at) {
        var known = Optional.ofNullable(SUBJECTS.get(name));
        if (known.isPresent()) {
            return Optional.of(PlacementConstraint.newBuilder().setSubject(known.get()));
        }
        var label = label(name, at);
        return label.map(key ->
                PlacementConstraint.newBuilder().setSubject(Subject.LABEL).setLabel(key));
    }

    /** All agents are what Swarm calls workers, and none is a manager. */
    private static void role(String value, boolean negated, Spot at) {
        var role = value.toLowerCase(Locale.ROOT);
        if (!role.equals("manager") && !role.equals("worker")) {
            at.refuse("\"" + value + "\" is no role", "write manager or worker");
        } else if (role.equals("manager") != negated) {
            at.refuse(
                    "no agent fits: all are workers, and engines run no containers",
                    "give an agent a label, and ask for that: banyan-cli agents label AGENT NAME=VALUE");
        }
    }

    private void preferences(Placement.Builder into) {
        var items = placement.items("preferences");
        for (int i = 0; i < items.size(); i++) {
            if (items.get(i) instanceof Mapping preference) {
                var at = spot.key("preferences", preference.place())
                        .index(i, preference.place())
                        .key("spread", preference.place());
                preference
                        .text("spread")
                        .flatMap(name -> label(name, at))
                        .ifPresent(label -> into.addPreferences(
                                PlacementPreference.newBuilder().setLabel(label)));
            }
        }
    }

    private static Optional<String> label(String name, Spot at) {
        if (name.startsWith("engine.labels.")) {
            at.refuse(
                    "labels of Docker's engine are not known",
                    "give the agent a label, and write " + LABEL + name.substring("engine.labels.".length()));
            return Optional.empty();
        }
        if (!name.startsWith(LABEL)) {
            at.refuse(
                    "\"" + name + "\" is nothing that is known of an agent",
                    "there are node.hostname, node.id, node.platform.os, node.platform.arch and " + LABEL + "NAME");
            return Optional.empty();
        }
        var key = name.substring(LABEL.length());
        var problem = AgentLabels.nameProblem(key);
        problem.ifPresent(at::refuse);
        return problem.isEmpty() ? Optional.of(key) : Optional.empty();
    }

    private static String architecture(String value) {
        var lower = value.toLowerCase(Locale.ROOT);
        return ARCHITECTURES.getOrDefault(lower, lower);
    }
}
