package dev.banyan.api.compose.schema;

import dev.banyan.api.compose.node.Node;
import dev.banyan.api.compose.node.Node.Mapping;
import dev.banyan.api.compose.node.Node.Scalar;
import dev.banyan.api.compose.schema.Shape.Identity;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/** Lists in which a later item takes the place of an earlier one that is the same. */
public final class Uniqueness {
    /** By its whole text. */
    public static final Identity WHOLE =
            item -> item instanceof Scalar scalar ? Optional.of(scalar.text()) : Optional.empty();

    /** By the path in the container; mounts without one are like no other. */
    static final Identity TARGET = item -> key(item, "target");

    /** By the path on the user's machine. */
    static final Identity PATH = item -> key(item, "path");

    /** By the network's range. */
    static final Identity SUBNET = item -> key(item, "subnet");

    /** By address, ports and protocol. */
    static final Identity PORT = item -> item instanceof Mapping port
            ? Optional.of(port.text("host_ip").orElse("") + "|"
                    + port.text("published").orElse("") + "|"
                    + port.text("target").orElse("") + "/"
                    + port.text("protocol").orElse("tcp"))
            : Optional.empty();

    /** Configs: by the file that they are in the container. */
    static final Identity CONFIG =
            item -> key(item, "target").or(() -> key(item, "source").map(name -> "/" + name));

    /** Secrets: like configs, below {@code /run/secrets}. */
    static final Identity SECRET = item -> key(item, "target")
            .map(target -> target.startsWith("/") ? target : "/run/secrets/" + target)
            .or(() -> key(item, "source").map(name -> "/run/secrets/" + name));

    private Uniqueness() {}

    private static Optional<String> key(Node item, String key) {
        return item instanceof Mapping mapping ? mapping.text(key) : Optional.empty();
    }

    /** The items, each at the place of the first that is the same, as the last of them. */
    public static List<Node> of(List<Node> items, Optional<Identity> identity) {
        if (identity.isEmpty()) {
            return items;
        }
        var kept = new LinkedHashMap<Object, Node>();
        for (var item : items) {
            var id = identity.get().of(item);
            kept.put(id.isPresent() ? id.get() : item.place(), item);
        }
        return List.copyOf(kept.values());
    }
}
