package dev.banyan.api.compose;

import dev.banyan.api.compose.node.Node;
import dev.banyan.api.compose.node.Node.Mapping;
import dev.banyan.api.compose.node.Node.Scalar;
import dev.banyan.api.compose.node.Node.Sequence;
import dev.banyan.api.compose.node.Place;
import dev.banyan.api.source.Diagnostic;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Where the fields of a manifest stand in its files. Immutable. */
public final class Locations {
    private final Place start;
    private final Map<String, Place> places;

    private Locations(Place start, Map<String, Place> places) {
        this.start = start;
        this.places = Map.copyOf(places);
    }

    /**
     * Of a project's tree.
     *
     * @param others places of fields that stand elsewhere than in the tree
     */
    static Locations of(Mapping tree, Map<String, Place> others) {
        var places = new HashMap<String, Place>();
        locate("", tree, places);
        places.putAll(others);
        return new Locations(Place.start(tree.place().origin()), places);
    }

    private static void locate(String path, Node value, Map<String, Place> places) {
        places.put(path, value.place());
        switch (value) {
            case Scalar scalar -> {}
            case Sequence sequence -> {
                int index = 0;
                for (var item : sequence.items()) {
                    locate(path + "[" + index++ + "]", item, places);
                }
            }
            case Mapping mapping ->
                mapping.members().forEach(member -> {
                    var below = path.isEmpty() ? member.key() : path + "." + member.key();
                    locate(below, member.value(), places);
                    places.put(below, member.at());
                });
        }
    }

    /**
     * A refusal of the manifest as a refusal of the files. A field that has no place of its own, such as a default, is shown at the
     * nearest one around it.
     *
     * @param field path in the manifest, such as {@code services.web.ports[0]}
     */
    public Diagnostic diagnose(String field, String message) {
        return nearest(field).diagnose(field, message, Optional.empty());
    }

    private Place nearest(String field) {
        for (var path = field; !path.isEmpty(); path = parent(path)) {
            var place = places.get(path);
            if (place != null) {
                return place;
            }
        }
        return start;
    }

    private static String parent(String path) {
        return path.substring(0, Math.max(0, Math.max(path.lastIndexOf('.'), path.lastIndexOf('['))));
    }
}
