package dev.banyan.runtime.cache;

import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * A second way to find the objects of an informer: under values of type {@code I}, of which an object may have none, one or several. Every
 * index is ordered, so that ranges of values can be asked for. Keep it in a constant: it is both the declaration and the key of queries.
 *
 * <pre>{@code
 * static final Index<JobSpec, JobStatus, Instant> DUE = Index.of("due", job -> List.of(job.spec().dueAt()));
 * var jobs = Informer.of(JOBS, store, env).index(DUE).build();
 * jobs.lister().range(DUE, Index.Range.below(now));
 * }</pre>
 *
 * @param <I> type of the values; immutable
 */
public final class Index<S, T, I> {
    private final String name;
    private final Comparator<? super I> order;
    private final Function<? super Resource<S, T>, ? extends Collection<? extends I>> values;
    private final boolean text; // declared by its name alone, with texts as values

    private Index(
            String name,
            Comparator<? super I> order,
            Function<? super Resource<S, T>, ? extends Collection<? extends I>> values,
            boolean text) {
        this.text = text;
        this.name = Objects.requireNonNull(name, "name");
        this.order = Objects.requireNonNull(order, "order");
        this.values = Objects.requireNonNull(values, "values");
    }

    /**
     * An index in the natural order of its values.
     *
     * @param name for messages; unique within an informer
     * @param values depends on nothing but the object; an object for which it fails is quarantined
     */
    public static <S, T, I extends Comparable<? super I>> Index<S, T, I> of(
            String name, Function<? super Resource<S, T>, ? extends Collection<? extends I>> values) {
        return new Index<>(name, Comparator.<I>naturalOrder(), values, false);
    }

    /** An index in an order of its own; values that compare as 0 are one. */
    public static <S, T, I> Index<S, T, I> ordered(
            String name,
            Comparator<? super I> order,
            Function<? super Resource<S, T>, ? extends Collection<? extends I>> values) {
        return new Index<>(name, order, values, false);
    }

    static <S, T> Index<S, T, String> ofTexts(
            String name, Function<? super Resource<S, T>, ? extends Collection<String>> values) {
        return new Index<>(name, Comparator.<String>naturalOrder(), values, true);
    }

    /** What readers ask for it by. */
    public String name() {
        return name;
    }

    boolean text() {
        return text;
    }

    Comparator<? super I> order() {
        return order;
    }

    Collection<? extends I> valuesOf(Resource<S, T> resource) {
        return values.apply(resource);
    }

    /**
     * A stretch of values.
     *
     * @param from the first, included; empty begins at the smallest
     * @param until the first behind it; empty goes to the greatest
     */
    public record Range<I>(Optional<I> from, Optional<I> until) {
        /** Every value. */
        public static <I> Range<I> all() {
            return new Range<>(Optional.empty(), Optional.empty());
        }

        /** {@code from} and all after it. */
        public static <I> Range<I> from(I from) {
            return new Range<>(Optional.of(from), Optional.empty());
        }

        /** Smaller than {@code until}. */
        public static <I> Range<I> below(I until) {
            return new Range<>(Optional.empty(), Optional.of(until));
        }

        /** {@code from} and all after it, but for {@code until} and all after that. */
        public static <I> Range<I> between(I from, I until) {
            return new Range<>(Optional.of(from), Optional.of(until));
        }

        /** Where {@code value} lies: 0 inside, negative before, positive behind. */
        int position(I value, Comparator<? super I> order) {
            if (from.isPresent() && order.compare(value, from.get()) < 0) {
                return -1;
            }
            return until.isPresent() && order.compare(value, until.get()) >= 0 ? 1 : 0;
        }
    }

    /** The objects of a snapshot as one index files them. Immutable. */
    record Filing<S, T, I>(Index<S, T, I> index, SortedTree<Place<I>, Resource<S, T>> places) {
        /** Position of an object in an index. */
        record Place<I>(I value, ObjectKey key) {}

        static <S, T, I> Filing<S, T, I> empty(Index<S, T, I> index) {
            var order = Comparator.<Place<I>, I>comparing(Place::value, index.order())
                    .thenComparing(Place::key);
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
}
