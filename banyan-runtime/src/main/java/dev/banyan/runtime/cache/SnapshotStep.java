package dev.banyan.runtime.cache;

import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.Listing;
import dev.banyan.runtime.store.WatchBatch;
import dev.banyan.runtime.store.WatchEvent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * One step of a cache: from a snapshot and what the store said to the next snapshot and the events between them. Lives for one step; the
 * snapshots are immutable.
 */
final class SnapshotStep<S, T> {
    /** How objects are decoded and filed. */
    record Shape<S, T>(Kind<S, T> kind, Map<String, Function<Resource<S, T>, ? extends Collection<String>>> indexes) {
        Shape {
            indexes = Map.copyOf(indexes);
        }
    }

    /** What comes out of a step. */
    record Outcome<S, T>(Snapshot<S, T> next, List<ResourceEvent<S, T>> events) {
        Outcome {
            events = List.copyOf(events);
        }
    }

    private final Shape<S, T> shape;
    private final Map<String, SortedTree<Snapshot.Filed, Resource<S, T>>> indexes;
    private final Map<ObjectKey, Snapshot.Held<S, T>> held;
    private final List<ResourceEvent<S, T>> events = new ArrayList<>();
    private SortedTree<ObjectKey, Resource<S, T>> objects;

    private SnapshotStep(Shape<S, T> shape, Snapshot<S, T> from) {
        this.shape = shape;
        this.objects = from.objects();
        this.indexes = new TreeMap<>(from.indexes());
        this.held = new HashMap<>(from.held());
    }

    /** The changes of one revision; those that the snapshot already contains change nothing. */
    static <S, T> Outcome<S, T> apply(Shape<S, T> shape, Snapshot<S, T> from, WatchBatch.Changes changes) {
        if (changes.revision() <= from.revision()) {
            return new Outcome<>(from, List.of());
        }
        var step = new SnapshotStep<>(shape, from);
        for (var event : changes.events()) {
            switch (event) {
                case WatchEvent.Put put -> step.put(put.object());
                case WatchEvent.Deleted deleted -> step.delete(deleted.key());
            }
        }
        return step.outcome(changes.revision());
    }

    /** The difference to a whole listing: what it lacks is gone. */
    static <S, T> Outcome<S, T> replace(Shape<S, T> shape, Snapshot<S, T> from, Listing listing) {
        var step = new SnapshotStep<>(shape, from);
        var listed = new HashSet<ObjectKey>();
        listing.objects().forEach(object -> listed.add(object.key()));
        var gone = new TreeSet<>(from.held().keySet());
        from.objects().values().forEach(known -> gone.add(known.key()));
        gone.removeAll(listed);
        gone.forEach(step::delete);
        listing.objects().forEach(step::put);
        return step.outcome(listing.revision());
    }

    private Outcome<S, T> outcome(long revision) {
        return new Outcome<>(new Snapshot<>(revision, objects, indexes, held), events);
    }

    private void put(StoredObject object) {
        if (seen(object)) {
            return;
        }
        var told = told(object.key());
        forget(object.key());
        if (told.isPresent() && !told.get().uid().equals(object.meta().uid())) {
            events.add(new ResourceEvent.Deleted<>(told.get()));
            told = Optional.empty();
        }
        try {
            keep(shape.kind().decode(object), told);
        } catch (RuntimeException undecodable) {
            forget(object.key());
            held.put(object.key(), new Snapshot.Held<>(reason(object, undecodable), told));
        }
    }

    private void delete(ObjectKey key) {
        told(key).ifPresent(last -> events.add(new ResourceEvent.Deleted<>(last)));
        forget(key);
    }

    /** The very write that is known already: a listing repeats most of what is there. */
    private boolean seen(StoredObject object) {
        var known = objects.get(object.key());
        if (known.isPresent()) {
            return known.get().uid().equals(object.meta().uid())
                    && known.get().meta().revision() == object.meta().revision();
        }
        var quarantined = held.get(object.key());
        return quarantined != null
                && quarantined.reason().revision() == object.meta().revision();
    }

    /** What handlers believe to be there: the cached object, or the last good state of a quarantined one. */
    private Optional<Resource<S, T>> told(ObjectKey key) {
        var quarantined = held.get(key);
        return quarantined == null ? objects.get(key) : quarantined.told();
    }

    private void keep(Resource<S, T> resource, Optional<Resource<S, T>> told) {
        objects = objects.with(resource.key(), resource);
        shape.indexes().forEach((name, values) -> {
            for (var value : values.apply(resource)) {
                indexes.computeIfPresent(
                        name, (n, index) -> index.with(new Snapshot.Filed(value, resource.key()), resource));
            }
        });
        events.add(
                told.isPresent()
                        ? new ResourceEvent.Updated<>(told.get(), resource)
                        : new ResourceEvent.Added<>(resource));
    }

    private void forget(ObjectKey key) {
        held.remove(key);
        objects.get(key).ifPresent(this::unfile);
        objects = objects.without(key);
    }

    private void unfile(Resource<S, T> resource) {
        indexes.replaceAll((name, index) -> {
            var shrunk = index;
            for (var value : valuesOf(name, resource)) {
                shrunk = shrunk.without(new Snapshot.Filed(value, resource.key()));
            }
            return shrunk;
        });
    }

    /** An index function that fails files the object nowhere; the caller quarantines it by the same failure. */
    private Collection<String> valuesOf(String index, Resource<S, T> resource) {
        var values = shape.indexes().get(index);
        try {
            return values == null ? List.of() : values.apply(resource);
        } catch (RuntimeException failed) {
            return List.of();
        }
    }

    private static Quarantined reason(StoredObject object, RuntimeException failure) {
        return new Quarantined(object.key(), object.meta().revision(), String.valueOf(failure.getMessage()));
    }
}
