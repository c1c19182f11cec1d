package dev.banyan.runtime.cache;

import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import java.util.List;
import java.util.Optional;

/**
 * The read-only door to a cached copy. Reads neither wait nor lock; what they return is shared, not copied, and immutable. Two calls on an
 * informer's lister may see two revisions; use {@link Informer#snapshot()} to read several things at one, and {@link
 * InformerGroup#snapshot()} for several kinds. Thread-safe.
 *
 * <p><b>Quarantine.</b> An object that cannot be decoded is in no list and no index. Its absence there proves nothing: whoever decides
 * something from an absence looks at {@link #quarantined()} as well. {@link #get} refuses to call such an object absent.
 *
 * <p>The methods with a body serve stand-ins in tests: they go through {@link #list()} and know every index. An informer's lister answers
 * from its indexes and knows those that were declared.
 */
public interface Lister<S, T> {
    /**
     * One object; empty when there is none.
     *
     * @throws Quarantined.QuarantinedException when there is one and it cannot be decoded: it is neither present nor absent
     */
    Optional<Resource<S, T>> get(ObjectKey key);

    /** All objects in key order. */
    List<Resource<S, T>> list();

    /**
     * The objects that the index files under {@code value}, in key order.
     *
     * @throws IllegalArgumentException when the informer has no such index
     */
    default <I> List<Resource<S, T>> byIndex(Index<S, T, I> index, I value) {
        return Index.Filing.of(index, list()).at(value);
    }

    /**
     * The same for an index of texts that was declared by its name alone.
     *
     * @throws IllegalArgumentException when the informer has no such index, or it is declared by an {@link Index}
     */
    List<Resource<S, T>> byIndex(String index, String value);

    /**
     * The objects filed under the values of a range, by value and then by key; one is there once for each of its values.
     *
     * @throws IllegalArgumentException when the informer has no such index
     */
    default <I> List<Resource<S, T>> range(Index<S, T, I> index, Index.Range<I> range) {
        return Index.Filing.of(index, list()).range(range);
    }

    /**
     * How many objects the index files under {@code value}, without visiting them.
     *
     * @throws IllegalArgumentException when the informer has no such index
     */
    default <I> int count(Index<S, T, I> index, I value) {
        return Index.Filing.of(index, list()).count(value);
    }

    /**
     * Each value under which something is filed, once, in the order of the index.
     *
     * @throws IllegalArgumentException when the informer has no such index
     */
    default <I> List<I> values(Index<S, T, I> index) {
        return Index.Filing.of(index, list()).values();
    }

    /** Number of objects. */
    default int size() {
        return list().size();
    }

    /** Objects that exist and are left out because they cannot be decoded or filed, by key. */
    default List<Quarantined> quarantined() {
        return List.of();
    }

    /**
     * All objects in key order, each that cannot be decoded as it last could be: for whoever goes on with what was until it is repaired.
     *
     * @throws Quarantined.QuarantinedException when there is one that never could be decoded
     */
    default List<Resource<S, T>> lastReadable() {
        quarantined().stream().findFirst().ifPresent(held -> {
            throw held.refusal();
        });
        return list();
    }

    /**
     * One object, as it last could be decoded.
     *
     * @throws Quarantined.QuarantinedException when there is one that never could be decoded
     */
    default Optional<Resource<S, T>> lastReadable(ObjectKey key) {
        return get(key);
    }

    /** The store's revision that this copy shows; 0 before the first listing. */
    long revision();
}
