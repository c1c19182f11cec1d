package dev.banyan.runtime.cache;

import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/** The objects of a snapshot as one index files them. Immutable. */
record Filing<S, T, I>(Index<S, T, I> index, SortedTree<Place<I>, Resource<S, T>> places) {
    /** Position of an object in an index. */
    record Place<I>(I value, ObjectKey key) {}

    static <S, T, I> Filing<S, T, I> empty(Index<S, T, I> index) {
        var order =
                Comparator.<Place<I>, I>comparing(Place::value, index.order()).thenComparing(Place::key);
        return new Filing<>(index, SortedTree.empty(order));
    }

    /** The same with many objects at once; none of them is filed yet. Throws what the index's function throws. */
    static <S, T, I> Filing<S, T, I> of(Index<S, T, I> index, List<Resource<S, T>> resources) {
        var empty = empty(index);
        var filed = new TreeMap<Place<I>, Resource<S, T>>(empty.places().order());
        for (var resource : resources) {
            for (var value : index.valuesOf(resource)) {
                filed.put(new Place<>(value, resource.key()), resource);
            }
        }
        return new Filing<>(index, SortedTree.ofSorted(empty.places().order(), List.copyOf(filed.entrySet())));
    }

    /** Throws what the index's function throws. */
    Filing<S, T, I> with(Resource<S, T> resource) {
        var grown = places;
        for (var value : index.valuesOf(resource)) {
            grown = grown.with(new Place<>(value, resource.key()), resource);
        }
        return new Filing<>(index, grown);
    }

    /** An index function that fails has filed the object nowhere. */
    Filing<S, T, I> without(Resource<S, T> resource) {
        var shrunk = places;
        try {
            for (var value : index.valuesOf(resource)) {
                shrunk = shrunk.without(new Place<>(value, resource.key()));
            }
        } catch (RuntimeException failed) {
            return new Filing<>(index, shrunk);
        }
        return new Filing<>(index, shrunk);
    }

    List<Resource<S, T>> at(I value) {
        return places.slice(place -> index.order().compare(place.value(), value));
    }

    int count(I value) {
        return places.count(place -> index.order().compare(place.value(), value));
    }

    /** By value, then by key; an object is there once for each of its values in the range. */
    List<Resource<S, T>> range(Index.Range<I> range) {
        return places.slice(place -> range.position(place.value(), index.order()));
    }

    /** Each value under which something is filed, once, in order. */
    List<I> values() {
        var distinct = new ArrayList<I>();
        for (var place : places.keys()) {
            if (distinct.isEmpty() || index.order().compare(distinct.getLast(), place.value()) != 0) {
                distinct.add(place.value());
            }
        }
        return List.copyOf(distinct);
    }
}
