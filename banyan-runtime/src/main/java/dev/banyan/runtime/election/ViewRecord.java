package dev.banyan.runtime.election;

import dev.banyan.runtime.resource.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What is stored in the view object: a count that changes with every rewrite, so that also a rejoin under the same names is another view,
 * and one name a line.
 */
record ViewRecord(long count, List<String> members) {
    /** The view before anyone has joined. */
    static final ViewRecord EMPTY = new ViewRecord(0, List.of());

    ViewRecord {
        members = List.copyOf(new TreeSet<>(members));
    }

    ViewRecord with(String member) {
        var more = new ArrayList<>(members);
        more.add(member);
        return new ViewRecord(count + 1, more);
    }

    ViewRecord without(String member) {
        return new ViewRecord(
                count + 1, members.stream().filter(name -> !name.equals(member)).toList());
    }

    Bytes encode() {
        return Bytes.utf8(String.join(
                "\n",
                Stream.concat(Stream.of(Long.toString(count)), members.stream()).toList()));
    }

    /** A record that cannot be read counts as empty: its members are then added back one by one as they notice. */
    static ViewRecord decode(Bytes bytes) {
        var lines = bytes.toUtf8().lines().toList();
        try {
            return lines.isEmpty()
                    ? EMPTY
                    : new ViewRecord(Long.parseLong(lines.getFirst()), lines.subList(1, lines.size()));
        } catch (NumberFormatException malformed) {
            return EMPTY;
        }
    }
}
