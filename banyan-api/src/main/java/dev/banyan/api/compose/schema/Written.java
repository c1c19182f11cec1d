package dev.banyan.api.compose.schema;

import dev.banyan.api.compose.node.Kind;
import dev.banyan.api.compose.node.Mark;
import dev.banyan.api.compose.node.Node;
import dev.banyan.api.compose.node.Node.Mapping;
import dev.banyan.api.compose.node.Node.Member;
import dev.banyan.api.compose.node.Node.Scalar;
import dev.banyan.api.compose.node.Place;
import java.util.ArrayList;
import java.util.List;

/** Collects the mapping that a short form stands for; all of it stands where the short form does. */
final class Written {
    private final Place place;
    private final List<Member> members = new ArrayList<>();

    Written(Place place) {
        this.place = place;
    }

    Written text(String key, String value) {
        return put(key, new Scalar(place, value, Kind.TEXT));
    }

    Written whole(String key, long value) {
        return put(key, new Scalar(place, Long.toString(value), Kind.WHOLE));
    }

    Written flag(String key, boolean value) {
        return put(key, new Scalar(place, Boolean.toString(value), Kind.BOOLEAN));
    }

    Written put(String key, Node value) {
        members.add(new Member(place, key, value, Mark.NONE));
        return this;
    }

    boolean isEmpty() {
        return members.isEmpty();
    }

    Mapping mapping() {
        return new Mapping(place, members);
    }
}
