package dev.banyan.runtime.store;

import dev.banyan.runtime.resource.StoredObject;
import java.util.List;

/**
 * The objects of a selection at one revision, in key order.
 *
 * @param revision the state that was read; a watch continues after it
 */
public record Listing(long revision, List<StoredObject> objects) {
    public Listing {
        objects = List.copyOf(objects);
    }
}
