package dev.banyan.runtime.election;

import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.Precondition;
import java.util.List;

/**
 * Who the members are, as of one revision of the view object.
 *
 * @param revision number of the view; every join, leave and removal raises it
 * @param members sorted by name
 */
public record View(long revision, List<String> members) {
    /** Where the view is stored. */
    public static final ObjectKey KEY = ObjectKey.cluster(".cluster", "view");

    public View {
        members = List.copyOf(members);
    }

    /** What makes a commit land only while this view is the current one. */
    public Precondition.Fence fence() {
        return new Precondition.Fence(KEY, revision);
    }
}
