package dev.banyan.api.compose;

import dev.banyan.api.source.Diagnostic;
import dev.banyan.api.source.Position;
import dev.banyan.api.source.Problems;
import dev.banyan.api.source.SourceText;
import java.util.Map;
import java.util.Optional;

/** Where the fields of a manifest stand in its file. Immutable. */
public final class Locations {
    private final SourceText source;
    private final Map<String, Position> positions;

    Locations(SourceText source, Map<String, Position> positions) {
        this.source = source;
        this.positions = Map.copyOf(positions);
    }

    /**
     * A refusal of the manifest as a refusal of the file. A field that has no place of its own, such as a default, is shown at the
     * nearest one around it.
     *
     * @param field path in the manifest, such as {@code services.web.ports[0]}
     */
    public Diagnostic diagnose(String field, String message) {
        return Problems.in(source).at(field, nearest(field), message, Optional.empty());
    }

    private Position nearest(String field) {
        for (var path = field; !path.isEmpty(); path = parent(path)) {
            var position = positions.get(path);
            if (position != null) {
                return position;
            }
        }
        return Position.START;
    }

    private static String parent(String path) {
        return path.substring(0, Math.max(0, Math.max(path.lastIndexOf('.'), path.lastIndexOf('['))));
    }
}
