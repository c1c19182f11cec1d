package dev.banyan.runtime.controller;

import dev.banyan.runtime.cache.Lister;
import dev.banyan.runtime.cache.ResourceEvent;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.OwnerReference;
import dev.banyan.runtime.resource.Resource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;

/** Says which keys to look at because of an event. */
@FunctionalInterface
public interface EventMapper<S, T> {
    /** Called on the informer's task; reads listers at most. For a resync it is called with an update from an object to itself. */
    Collection<ObjectKey> map(ResourceEvent<S, T> event);

    /** The object itself. */
    static <S, T> EventMapper<S, T> self() {
        return event -> List.of(event.key());
    }

    /** The owners of kind {@code owner}, both those before and those after an update. */
    static <S, T> EventMapper<S, T> owner(Kind<?, ?> owner) {
        return states(resource -> resource.meta().owners().stream()
                .map(OwnerReference::key)
                .filter(key -> key.kind().equals(owner.name()))
                .toList());
    }

    /** What {@code keys} names for the object before and after an update, so that neither side of a move is forgotten. */
    static <S, T> EventMapper<S, T> states(Function<Resource<S, T>, ? extends Collection<ObjectKey>> keys) {
        return event -> {
            if (event instanceof ResourceEvent.Updated<S, T> updated) {
                var both = new TreeSet<ObjectKey>(keys.apply(updated.before()));
                both.addAll(keys.apply(updated.now()));
                return both;
            }
            return List.copyOf(keys.apply(event.latest()));
        };
    }

    /**
     * The objects of {@code readers} that an index files under a value that {@code values} finds in this object, before or after an update:
     * whoever names what changed. The index is one of the informer that {@code readers} belongs to.
     */
    static <S, T> EventMapper<S, T> byIndex(
            Lister<?, ?> readers, String index, Function<Resource<S, T>, ? extends Collection<String>> values) {
        return states(resource -> {
            var keys = new ArrayList<ObjectKey>();
            for (var value : values.apply(resource)) {
                readers.byIndex(index, value).forEach(reader -> keys.add(reader.key()));
            }
            return keys;
        });
    }
}
