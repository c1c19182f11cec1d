package dev.banyan.runtime.cache;

import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a handler still has to be told: the difference between what it knows and what is, one entry a key however often the key changed.
 * So it never holds more entries than there are objects that the handler knows or the cache holds. Pure; its owner locks.
 */
final class Coalescer<S, T> {
    /**
     * One key's difference.
     *
     * @param known what the handler was told last
     * @param gone the deletion of just that incarnation
     * @param now what is there
     */
    private record Difference<S, T>(
            Optional<Resource<S, T>> known, Optional<ResourceEvent.Deleted<S, T>> gone, Optional<Resource<S, T>> now) {
        static <S, T> Difference<S, T> from(Optional<Resource<S, T>> known) {
            return new Difference<>(known, Optional.empty(), known);
        }

        Difference<S, T> to(Resource<S, T> newest) {
            return new Difference<>(known, gone, Optional.of(newest));
        }

        Difference<S, T> without(ResourceEvent.Deleted<S, T> deletion) {
            var first = known.isPresent() && gone.isEmpty() ? Optional.of(deletion) : gone;
            return new Difference<>(known, first, Optional.empty());
        }

        void tell(List<ResourceEvent<S, T>> events) {
            if (known.isPresent() && gone.isEmpty()) {
                now.ifPresent(newest -> events.add(new ResourceEvent.Updated<>(known.get(), newest)));
                return;
            }
            gone.ifPresent(events::add);
            now.ifPresent(newest -> events.add(new ResourceEvent.Added<>(newest)));
        }
    }

    private final Map<ObjectKey, Difference<S, T>> differences = new LinkedHashMap<>(); // in order of the first change
    private long revision;
    private long coalesced;

    /** What one revision changed. */
    void add(long newRevision, List<ResourceEvent<S, T>> events) {
        revision = newRevision;
        for (var event : events) {
            coalesced += differences.containsKey(event.key()) ? 1 : 0;
            differences.put(event.key(), after(event));
            if (unknownAndGone(event.key())) {
                differences.remove(event.key());
            }
        }
    }

    /** Everything that is to be told, up to the newest revision; nothing is left. */
    ResourceHandler.Batch<S, T> drain() {
        var events = new ArrayList<ResourceEvent<S, T>>(differences.size());
        differences.values().forEach(difference -> difference.tell(events));
        differences.clear();
        return new ResourceHandler.Batch<>(revision, events);
    }

    boolean isEmpty() {
        return differences.isEmpty();
    }

    /** Keys of which something is to be told. */
    int size() {
        return differences.size();
    }

    /** The newest revision of which anything is known. */
    long revision() {
        return revision;
    }

    /** How many changes were not told by themselves because their key changed again before. */
    long coalesced() {
        return coalesced;
    }

    private Difference<S, T> after(ResourceEvent<S, T> event) {
        var before = differences.get(event.key());
        return switch (event) {
            case ResourceEvent.Added<S, T>(var now) ->
                (before == null ? Difference.<S, T>from(Optional.empty()) : before).to(now);
            case ResourceEvent.Updated<S, T>(var known, var now) ->
                (before == null ? Difference.from(Optional.of(known)) : before).to(now);
            case ResourceEvent.Deleted<S, T> deleted ->
                (before == null ? Difference.from(Optional.of(deleted.last())) : before).without(deleted);
        };
    }

    private boolean unknownAndGone(ObjectKey key) {
        var difference = differences.get(key);
        return difference != null
                && difference.known().isEmpty()
                && difference.now().isEmpty();
    }
}
