package dev.banyan.api.compose.schema;

import dev.banyan.api.compose.node.Complaints;
import dev.banyan.api.compose.node.Place;
import dev.banyan.api.compose.node.Trail;
import java.util.Optional;

/** A value under its path, to complain of. */
public record Spot(Complaints complaints, Trail trail, Place place) {
    /** The value under a key of this one. */
    public Spot key(String key, Place at) {
        return new Spot(complaints, trail.key(key), at);
    }

    /** An item of this one. */
    public Spot index(int index, Place at) {
        return new Spot(complaints, trail.index(index), at);
    }

    /** The same path at another place. */
    public Spot at(Place other) {
        return new Spot(complaints, trail, other);
    }

    public void refuse(String message) {
        complaints.refuse(trail, place, message);
    }

    /** With a sentence that says what to write instead. */
    public void refuse(String message, String suggestion) {
        complaints.refuse(trail, place, message, suggestion);
    }

    /** With a sentence that says what to write instead, if there is one. */
    public void refuse(String message, Optional<String> suggestion) {
        complaints.refuse(trail, place, message, suggestion);
    }

    /** Says that it may be a mistake. */
    public void warn(String message, String suggestion) {
        complaints.warn(trail, place, message, suggestion);
    }
}
