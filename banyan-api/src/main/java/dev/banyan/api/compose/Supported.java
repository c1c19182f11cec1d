package dev.banyan.api.compose;

import dev.banyan.api.compose.node.Node;
import dev.banyan.api.compose.node.Node.Mapping;
import dev.banyan.api.compose.node.Node.Member;
import dev.banyan.api.compose.node.Node.Scalar;
import dev.banyan.api.compose.node.Node.Sequence;
import dev.banyan.api.compose.schema.ComposeKeys;
import dev.banyan.api.compose.schema.Shape;
import dev.banyan.api.compose.schema.Shape.Fields;
import dev.banyan.api.compose.schema.Shape.Listed;
import dev.banyan.api.compose.schema.Shape.Named;
import dev.banyan.api.compose.schema.Spot;
import java.util.Map;
import java.util.Set;

/** Refuses by name what of the Compose Specification is not supported. */
final class Supported {
    private static final Set<String> KEYS = Set.of(
            "name",
            "services",
            "services.*.command",
            "services.*.depends_on",
            "services.*.depends_on.*.condition",
            "services.*.deploy",
            "services.*.deploy.placement",
            "services.*.deploy.placement.max_replicas_per_node",
            "services.*.deploy.placement.node",
            "services.*.deploy.placement.platform",
            "services.*.deploy.replicas",
            "services.*.deploy.resources",
            "services.*.deploy.resources.limits",
            "services.*.deploy.resources.limits.cpus",
            "services.*.deploy.resources.limits.memory",
            "services.*.deploy.resources.limits.pids",
            "services.*.deploy.resources.reservations",
            "services.*.deploy.resources.reservations.cpus",
            "services.*.deploy.resources.reservations.memory",
            "services.*.deploy.resources.reservations.pids",
            "services.*.entrypoint",
            "services.*.environment",
            "services.*.healthcheck",
            "services.*.healthcheck.disable",
            "services.*.healthcheck.interval",
            "services.*.healthcheck.retries",
            "services.*.healthcheck.start_period",
            "services.*.healthcheck.test",
            "services.*.healthcheck.timeout",
            "services.*.image",
            "services.*.ports",
            "services.*.ports.*.protocol",
            "services.*.ports.*.published",
            "services.*.ports.*.target",
            "services.*.profiles",
            "services.*.restart");

    /** Keys whose other values are not supported: with these nothing else is asked for than without the key. */
    private static final Map<String, String> DEFAULTS = Map.of(
            "services.*.depends_on.*.required", "true",
            "services.*.depends_on.*.restart", "false",
            "services.*.deploy.mode", "replicated",
            "services.*.ports.*.mode", "ingress");

    private Supported() {}

    /** Complains of every other key of a project. */
    static void check(Mapping tree, Spot root) {
        check(tree, ComposeKeys.DOCUMENT, "", root);
    }

    private static void check(Node node, Shape shape, String path, Spot spot) {
        switch (shape) {
            case Fields fields -> {
                if (node instanceof Mapping mapping) {
                    mapping.members().forEach(member -> key(member, fields, path, spot));
                }
            }
            case Named named -> {
                if (node instanceof Mapping mapping) {
                    mapping.members()
                            .forEach(member -> check(
                                    member.value(), named.value(), path + ".*", spot.key(member.key(), member.at())));
                }
            }
            case Listed list -> {
                if (node instanceof Sequence sequence) {
                    for (int i = 0; i < sequence.items().size(); i++) {
                        var item = sequence.items().get(i);
                        check(item, list.item(), path + ".*", spot.index(i, item.place()));
                    }
                }
            }
            default -> {}
        }
    }

    private static void key(Member member, Fields fields, String path, Spot spot) {
        var shape = fields.keys().get(member.key());
        if (shape == null) {
            return; // The author's own.
        }
        var below = path.isEmpty() ? member.key() : path + "." + member.key();
        var at = spot.key(member.key(), member.at());
        if (KEYS.contains(below)) {
            check(member.value(), shape, below, at);
        } else if (!isDefault(member, below)) {
            at.refuse("\"" + member.key() + "\" is not supported yet");
        }
    }

    private static boolean isDefault(Member member, String path) {
        return member.value() instanceof Scalar scalar && scalar.text().equals(DEFAULTS.get(path));
    }
}
