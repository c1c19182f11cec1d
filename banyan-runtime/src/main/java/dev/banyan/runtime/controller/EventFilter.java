package dev.banyan.runtime.controller;

import dev.banyan.runtime.cache.ResourceEvent;
import dev.banyan.runtime.controller.ChangeSet.Part;

/**
 * Says which events are worth a look. A change of finalizers, a deletion and the end of an object are not asked about: they always pass. So
 * does everything at a resync.
 */
@FunctionalInterface
public interface EventFilter<S, T> {
    /** Called on the informer's task; quick and without effects. When it throws, the event passes. */
    boolean passes(ResourceEvent<S, T> event, ChangeSet changes);

    /** Every event. */
    static <S, T> EventFilter<S, T> all() {
        return (event, changes) -> true;
    }

    /** Objects that appear, and changes of the spec: for a reconciler that reads nothing else of the object. */
    static <S, T> EventFilter<S, T> spec() {
        return part(Part.SPEC);
    }

    /** Objects that appear, and changes of the status. */
    static <S, T> EventFilter<S, T> status() {
        return part(Part.STATUS);
    }

    /** Objects that appear, and changes of labels, annotations or owners. */
    static <S, T> EventFilter<S, T> meta() {
        return part(Part.META);
    }

    /** What passes either. */
    default EventFilter<S, T> or(EventFilter<S, T> other) {
        return (event, changes) -> passes(event, changes) || other.passes(event, changes);
    }

    /** What passes both. */
    default EventFilter<S, T> and(EventFilter<S, T> other) {
        return (event, changes) -> passes(event, changes) && other.passes(event, changes);
    }

    private static <S, T> EventFilter<S, T> part(Part part) {
        return (event, changes) -> changes.has(Part.APPEARED) || changes.has(part);
    }
}
