package dev.banyan.runtime.cache;

import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import java.util.List;
import java.util.Optional;

/**
 * The read-only door to a cached copy. Reads neither wait nor lock, and what they return is immutable. Two calls on an informer's lister may
 * see two revisions; use {@link Informer#snapshot()} to read several things at one. Thread-safe.
 */
public interface Lister<S, T> {
    Optional<Resource<S, T>> get(ObjectKey key);

    /** All objects in key order. */
    List<Resource<S, T>> list();

    /**
     * The objects that the index files under {@code value}, in key order.
     *
     * @throws IllegalArgumentException when the informer has no such index
     */
    List<Resource<S, T>> byIndex(String index, String value);

    /** The store's revision that this copy shows; 0 before the first listing. */
    long revision();
}
