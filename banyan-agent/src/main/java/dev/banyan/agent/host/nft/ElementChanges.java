package dev.banyan.agent.host.nft;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * What differs between the elements of a set.
 *
 * @param gone keys that are no more, or mean something else
 * @param missing elements that are new, as nft is given them
 */
record ElementChanges(List<String> gone, List<String> missing) {
    /** Walks both once in order, since to look up each of very many takes long. */
    static ElementChanges between(SortedMap<String, String> before, SortedMap<String, String> after) {
        var changes = new ElementChanges(new ArrayList<>(), new ArrayList<>());
        var others = before.entrySet().iterator();
        var next = following(others);
        for (var element : after.entrySet()) {
            int order = order(next, element);
            for (; order < 0; order = order(next, element)) {
                changes.gone.add(requireNonNull(next).getKey());
                next = following(others);
            }
            if (order > 0) {
                changes.add(element);
            } else {
                changes.compare(requireNonNull(next), element);
                next = following(others);
            }
        }
        for (; next != null; next = following(others)) {
            changes.gone.add(next.getKey());
        }
        return changes;
    }

    private static Map.@Nullable Entry<String, String> following(Iterator<Map.Entry<String, String>> entries) {
        return entries.hasNext() ? entries.next() : null;
    }

    /** Nothing comes after everything. */
    private static int order(Map.@Nullable Entry<String, String> one, Map.Entry<String, String> other) {
        return one == null ? 1 : one.getKey().compareTo(other.getKey());
    }

    private void compare(Map.Entry<String, String> before, Map.Entry<String, String> after) {
        if (!before.getValue().equals(after.getValue())) {
            gone.add(before.getKey());
            add(after);
        }
    }

    private void add(Map.Entry<String, String> element) {
        missing.add(element.getValue().isEmpty() ? element.getKey() : element.getKey() + " : " + element.getValue());
    }
}
