package dev.banyan.runtime.cache;

import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.Listing;
import dev.banyan.runtime.store.Selection;
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
    /**
     * What is kept of the store, and how.
     *
     * @param selection what else the store may tell of is not kept
     * @param decoder makes of an object what is kept of it
     * @param whole false when the decoder drops spec and status, or most of them
     */
    record Shape<S, T>(Selection selection, Function<StoredObject, Resource<S, T>> decoder, boolean whole) {
        Snapshot.Cached<S, T> keep(StoredObject object) {
            var wanted = selection.project(object);
            long bytes = whole ? wanted.size() : wanted.metadataOnly().size();
            return new Snapshot.Cached<>(decoder.apply(wanted), Math.toIntExact(bytes));
        }
    }

    /** What comes out of a step. */
    record Outcome<S, T>(Snapshot<S, T> next, List<ResourceEvent<S, T>> events) {
        Outcome {
            events = List.copyOf(events);
        }
    }

    private final Shape<S, T> shape;
    private final long revision;
    private final Map<String, Index.Filing<S, T, ?>> filings;
    private final Map<ObjectKey, Snapshot.Held<S, T>> held;
    private final List<ResourceEvent<S, T>> events = new ArrayList<>();
    private SortedTree<ObjectKey, Snapshot.Cached<S, T>> objects;
    private long bytes;

    private SnapshotStep(Shape<S, T> shape, Snapshot<S, T> from, long revision) {
        this.shape = shape;
        this.revision = revision;
        this.objects = from.objects();
        this.bytes = from.bytes();
        this.filings = new TreeMap<>(from.filings());
        this.held = new HashMap<>(from.held());
    }

    /** The changes of one revision; those that the snapshot already contains change nothing. */
    static <S, T> Outcome<S, T> apply(Shape<S, T> shape, Snapshot<S, T> from, WatchBatch.Changes changes) {
        if (changes.revision() <= from.revision()) {
            return new Outcome<>(from, List.of());
        }
        if (!concern(shape.selection(), changes)) {
            return new Outcome<>(from.at(changes.revision()), List.of());
        }
        var step = new SnapshotStep<>(shape, from, changes.revision());
        for (var event : changes.events()) {
            switch (event) {
                case WatchEvent.Put put -> step.putOrLeave(put.object());
                case WatchEvent.Deleted deleted -> step.delete(deleted.key(), true);
            }
        }
        return step.outcome();
    }

    private static boolean concern(Selection selection, WatchBatch.Changes changes) {
        for (var event : changes.events()) {
            if (selection.covers(event.key())) {
                return true;
            }
        }
        return false;
    }

    /** The difference to a whole listing: what it lacks is gone. */
    static <S, T> Outcome<S, T> replace(Shape<S, T> shape, Snapshot<S, T> from, Listing listing) {
        var step = new SnapshotStep<>(shape, from, listing.revision());
        var listed = new HashSet<ObjectKey>();
        var wanted =
                listing.objects().stream().filter(shape.selection()::matches).toList();
        if (from.size() == 0 && from.held().isEmpty()) {
            return step.fill(wanted);
        }
        wanted.forEach(object -> listed.add(object.key()));
        var gone = new TreeSet<>(from.held().keySet());
        gone.addAll(from.objects().keys());
        gone.removeAll(listed);
        gone.forEach(key -> step.delete(key, false));
        wanted.forEach(step::put);
        return step.outcome();
    }

    /** The snapshot with one more index. What it cannot file is quarantined, as if it had been there from the beginning. */
    static <S, T> Snapshot<S, T> index(Snapshot<S, T> from, Index<S, T, ?> index) {
        var filings = new TreeMap<>(from.filings());
        filings.put(index.name(), Index.Filing.empty(index));
        var bare = new Snapshot<>(from.revision(), from.objects(), filings, from.held(), from.bytes());
        var step = new SnapshotStep<S, T>(
                new Shape<>(Selection.EVERYTHING, SnapshotStep::neverDecoded, true), bare, from.revision());
        from.list().forEach(resource -> step.refile(index.name(), resource));
        return step.outcome().next();
    }

    private static <S, T> Resource<S, T> neverDecoded(StoredObject object) {
        throw new IllegalStateException("indexing decodes nothing, not even " + object.key());
    }

    private Outcome<S, T> outcome() {
        return new Outcome<>(new Snapshot<>(revision, objects, filings, held, bytes), events);
    }

    /** The first listing: the same outcome as putting one object after the other, in linear time. */
    private Outcome<S, T> fill(Collection<StoredObject> listed) {
        var entries = new ArrayList<Map.Entry<ObjectKey, Snapshot.Cached<S, T>>>(listed.size());
        for (var object : listed) {
            try {
                var kept = shape.keep(object);
                for (var filing : filings.values()) {
                    filing.index().valuesOf(kept.resource());
                }
                entries.add(Map.entry(kept.resource().key(), kept));
                bytes += kept.bytes();
                events.add(new ResourceEvent.Added<>(kept.resource()));
            } catch (RuntimeException unreadable) {
                hold(object, unreadable, Optional.empty());
            }
        }
        var kept = entries.stream().map(entry -> entry.getValue().resource()).toList();
        filings.replaceAll((name, filing) -> Index.Filing.of(filing.index(), kept));
        objects = SortedTree.ofSorted(objects.order(), entries);
        return outcome();
    }

    /** One informer's selection may be narrower than the watch that feeds it. */
    private void putOrLeave(StoredObject object) {
        if (shape.selection().matches(object)) {
            put(object);
        } else {
            delete(object.key(), true);
        }
    }

    private void put(StoredObject object) {
        if (seen(object)) {
            return;
        }
        var told = told(object.key());
        if (told.isPresent()
                && told.get().meta().createRevision() != object.meta().createRevision()) {
            events.add(new ResourceEvent.Deleted<>(told.get(), revision, false));
            told = Optional.empty();
        }
        try {
            var kept = shape.keep(object);
            unfile(object.key()); // the tree's entry is replaced: taking it out first would cost as much again
            keep(kept, told);
        } catch (RuntimeException unreadable) {
            forget(object.key());
            hold(object, unreadable, told);
        }
    }

    private void delete(ObjectKey key, boolean observed) {
        told(key).ifPresent(last -> events.add(new ResourceEvent.Deleted<>(last, revision, observed)));
        forget(key);
    }

    private void hold(StoredObject object, RuntimeException failure, Optional<Resource<S, T>> told) {
        var reason = new Quarantined(object.key(), object.meta().revision(), String.valueOf(failure.getMessage()));
        held.put(object.key(), new Snapshot.Held<>(reason, told));
    }

    /** The very write that is known already: a listing repeats most of what is there. */
    private boolean seen(StoredObject object) {
        var known = objects.get(object.key()).map(Snapshot.Cached::resource);
        if (known.isPresent()) {
            return known.get().meta().createRevision() == object.meta().createRevision()
                    && known.get().meta().revision() == object.meta().revision();
        }
        var quarantined = held.get(object.key());
        return quarantined != null
                && quarantined.reason().revision() == object.meta().revision();
    }

    /** What handlers believe to be there: the cached object, or the last good state of a quarantined one. */
    private Optional<Resource<S, T>> told(ObjectKey key) {
        var quarantined = held.get(key);
        return quarantined == null ? objects.get(key).map(Snapshot.Cached::resource) : quarantined.told();
    }

    private void keep(Snapshot.Cached<S, T> kept, Optional<Resource<S, T>> told) {
        var resource = kept.resource();
        objects = objects.with(resource.key(), kept);
        bytes += kept.bytes();
        filings.replaceAll((name, filing) -> filing.with(resource));
        events.add(
                told.isPresent()
                        ? new ResourceEvent.Updated<>(told.get(), resource)
                        : new ResourceEvent.Added<>(resource));
    }

    private void refile(String index, Resource<S, T> resource) {
        try {
            filings.computeIfPresent(index, (name, filing) -> filing.with(resource));
        } catch (RuntimeException unfiled) {
            forget(resource.key());
            var reason =
                    new Quarantined(resource.key(), resource.meta().revision(), String.valueOf(unfiled.getMessage()));
            held.put(resource.key(), new Snapshot.Held<>(reason, Optional.of(resource)));
        }
    }

    private void forget(ObjectKey key) {
        unfile(key);
        objects = objects.without(key);
    }

    /** All of {@link #forget} but the object itself. */
    private void unfile(ObjectKey key) {
        held.remove(key);
        var known = objects.get(key);
        if (known.isPresent()) {
            filings.replaceAll((name, filing) -> filing.without(known.get().resource()));
            bytes -= known.get().bytes();
        }
    }
}
