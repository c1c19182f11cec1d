package dev.banyan.api.compose.node;

import dev.banyan.api.source.Diagnostic;
import dev.banyan.api.source.Position;
import java.util.Comparator;
import java.util.Optional;

/** Where something stands: in which text, and where in it. */
public record Place(Origin origin, Position position) implements Comparable<Place> {
    /** Most characters of a message, but for the dots where it was cut. */
    private static final int TEXT_MAX = 500;

    private static final Comparator<Place> ORDER =
            Comparator.<Place>comparingInt(place -> place.origin().order()).thenComparing(Place::position);

    /** The beginning of a text. */
    public static Place start(Origin origin) {
        return new Place(origin, Position.START);
    }

    /** So many code points to the right. */
    public Place right(int characters) {
        return new Place(origin, position.right(characters));
    }

    public int line() {
        return position.line();
    }

    /** A diagnostic at this place that is not collected. */
    public Diagnostic diagnose(String field, String message, Optional<String> suggestion) {
        var line = origin.secret() ? Optional.<String>empty() : Optional.of(origin.line(position.line()));
        return new Diagnostic(
                origin.source().name(), position, cut(field), cut(message), suggestion.map(Place::cut), line);
    }

    /** What an author wrote may be long; the beginning and the end say enough. */
    private static String cut(String text) {
        return text.length() <= TEXT_MAX
                ? text
                : text.substring(0, TEXT_MAX / 2) + "..." + text.substring(text.length() - TEXT_MAX / 2);
    }

    @Override
    public int compareTo(Place other) {
        return ORDER.compare(this, other);
    }
}
