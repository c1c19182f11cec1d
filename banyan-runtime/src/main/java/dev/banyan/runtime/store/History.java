package dev.banyan.runtime.store;

import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.CommitPlan.Change;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Objects as they are now, and the changes that led here, as far back as the limits allow. Any state within that reach can be read by
 * undoing changes. Not thread-safe and without a clock: {@link ServedHistory} owns the lock.
 */
public final class History {
    private final int revisionsMax;
    private final long bytesMax;
    private final TreeMap<String, TreeMap<ObjectKey, StoredObject>> byKind = new TreeMap<>();
    private final TreeMap<Long, Entry> entries = new TreeMap<>();
    private long entryBytes;
    private long revision = -1;
    private long floor = -1;

    /**
     * Keeps at most {@code revisionsMax} revisions whose changed objects have at most {@code bytesMax} bytes. It is empty and behind
     * everything until the first {@link #reset}.
     */
    History(int revisionsMax, long bytesMax) {
        this.revisionsMax = revisionsMax;
        this.bytesMax = bytesMax;
    }

    /** The changes that one revision made, in key order. */
    record Entry(long revision, List<Delta> deltas) {
        Entry {
            deltas = List.copyOf(deltas);
        }

        /** What a reader of {@code selection} sees of it; an object that leaves the selection reads as deleted. */
        List<WatchEvent> eventsFor(Selection selection) {
            var events = new ArrayList<WatchEvent>();
            for (var delta : deltas) {
                delta.eventFor(selection).ifPresent(events::add);
            }
            return events;
        }

        boolean concerns(Selection selection) {
            return deltas.stream().anyMatch(delta -> delta.concerns(selection));
        }

        long size() {
            long bytes = 0;
            for (var delta : deltas) {
                bytes += delta.after().or(delta::before).map(StoredObject::size).orElse(0L);
            }
            return bytes;
        }
    }

    /** One object before and after a revision; empty where it does not exist. */
    record Delta(ObjectKey key, Optional<StoredObject> before, Optional<StoredObject> after) {
        boolean concerns(Selection selection) {
            return selection.covers(key)
                    && (after.filter(selection::matches).isPresent()
                            || before.filter(selection::matches).isPresent());
        }

        Optional<WatchEvent> eventFor(Selection selection) {
            if (!selection.covers(key)) {
                return Optional.empty();
            }
            if (after.filter(selection::matches).isPresent()) {
                return after.map(object -> new WatchEvent.Put(selection.project(object)));
            }
            return before.filter(selection::matches).map(gone -> new WatchEvent.Deleted(gone.key()));
        }
    }

    /** The newest revision that is contained; -1 before the first reset. */
    public long revision() {
        return revision;
    }

    /** The oldest state that can still be read; every change after it is kept. */
    public long floor() {
        return floor;
    }

    /** The object as it is now. */
    public Optional<StoredObject> get(ObjectKey key) {
        var objects = byKind.get(key.kind());
        return objects == null ? Optional.empty() : Optional.ofNullable(objects.get(key));
    }

    /** Starts over with {@code objects} as the state at {@code newRevision}; changes are known from {@code newFloor} on. */
    public void reset(long newRevision, long newFloor, Collection<StoredObject> objects) {
        byKind.clear();
        entries.clear();
        entryBytes = 0;
        revision = newRevision;
        floor = newFloor;
        objects.forEach(this::put);
    }

    /**
     * Applies the changes of the next revision, with their final revisions in them.
     *
     * @throws IllegalArgumentException when {@code newRevision} is not newer than {@link #revision()}
     */
    public void apply(long newRevision, List<Change> changes) {
        if (newRevision <= revision) {
            throw new IllegalArgumentException("revision " + newRevision + " comes after " + revision);
        }
        var deltas = new TreeMap<ObjectKey, Delta>();
        for (var change : changes) {
            deltas.put(change.key(), delta(change));
        }
        var entry = new Entry(newRevision, List.copyOf(deltas.values()));
        entries.put(newRevision, entry);
        entryBytes += entry.size();
        revision = newRevision;
        trim();
    }

    /** Moves to {@code newRevision}, up to which nothing changed; an older one is ignored. */
    public void advance(long newRevision) {
        revision = Math.max(revision, newRevision);
    }

    /** Forgets the changes up to and including {@code upTo}, which becomes the oldest readable state. */
    public void compact(long upTo) {
        long newFloor = Math.min(upTo, revision);
        while (!entries.isEmpty() && entries.firstKey() <= newFloor) {
            dropOldest();
        }
        floor = Math.max(floor, newFloor);
    }

    /** The objects of a selection in key order. */
    List<StoredObject> select(Selection selection) {
        return select(selection, byKind);
    }

    /** The objects of a selection as they were at {@code at}, which lies between {@link #floor()} and {@link #revision()}. */
    List<StoredObject> select(Selection selection, long at) {
        if (at == revision) {
            return select(selection);
        }
        var past = new TreeMap<ObjectKey, StoredObject>();
        for (var objects : part(selection, byKind).values()) {
            past.putAll(objects);
        }
        for (var entry : entries.tailMap(at, false).descendingMap().values()) {
            for (var delta : entry.deltas()) {
                delta.before().ifPresentOrElse(before -> past.put(delta.key(), before), () -> past.remove(delta.key()));
            }
        }
        return matching(selection, past.values());
    }

    /** The first entry after a revision. */
    Optional<Entry> after(long earlier) {
        var next = entries.higherEntry(earlier);
        return next == null ? Optional.empty() : Optional.of(next.getValue());
    }

    private Delta delta(Change change) {
        var before = get(change.key());
        switch (change) {
            case Change.Put(var object) -> put(object);
            case Change.Remove(var key) -> remove(key);
        }
        return new Delta(change.key(), before, get(change.key()));
    }

    private void put(StoredObject object) {
        byKind.computeIfAbsent(object.key().kind(), kind -> new TreeMap<>()).put(object.key(), object);
    }

    private void remove(ObjectKey key) {
        var objects = byKind.get(key.kind());
        if (objects != null) {
            objects.remove(key);
        }
    }

    private void trim() {
        while (entries.size() > revisionsMax || (entryBytes > bytesMax && entries.size() > 1)) {
            dropOldest();
        }
    }

    private void dropOldest() {
        var oldest = entries.pollFirstEntry().getValue();
        entryBytes -= oldest.size();
        floor = Math.max(floor, oldest.revision());
    }

    private static List<StoredObject> select(
            Selection selection, TreeMap<String, TreeMap<ObjectKey, StoredObject>> all) {
        var selected = new ArrayList<StoredObject>();
        for (var objects : part(selection, all).values()) {
            selected.addAll(matching(selection, objects.values()));
        }
        return selected;
    }

    private static NavigableMap<String, TreeMap<ObjectKey, StoredObject>> part(
            Selection selection, TreeMap<String, TreeMap<ObjectKey, StoredObject>> all) {
        return selection
                .kind()
                .<NavigableMap<String, TreeMap<ObjectKey, StoredObject>>>map(kind -> all.subMap(kind, true, kind, true))
                .orElse(all);
    }

    private static List<StoredObject> matching(Selection selection, Collection<StoredObject> objects) {
        var matching = new ArrayList<StoredObject>();
        for (var object : objects) {
            if (selection.matches(object)) {
                matching.add(selection.project(object));
            }
        }
        return matching;
    }
}
