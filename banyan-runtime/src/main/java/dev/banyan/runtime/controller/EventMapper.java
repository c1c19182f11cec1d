package dev.banyan.runtime.controller;

import dev.banyan.runtime.cache.ResourceEvent;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.OwnerReference;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

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
        return event -> switch (event) {
            case ResourceEvent.Updated<S, T> updated -> {
                var keys = new TreeSet<>(owners(owner, updated.before().meta().owners()));
                keys.addAll(owners(owner, updated.now().meta().owners()));
                yield keys;
            }
            case ResourceEvent.Added<S, T> added ->
                owners(owner, added.now().meta().owners());
            case ResourceEvent.Deleted<S, T> deleted ->
                owners(owner, deleted.last().meta().owners());
        };
    }

    private static Set<ObjectKey> owners(Kind<?, ?> kind, List<OwnerReference> owners) {
        var keys = new TreeSet<ObjectKey>();
        for (var owner : owners) {
            if (owner.key().kind().equals(kind.name())) {
                keys.add(owner.key());
            }
        }
        return keys;
    }
}
