package dev.banyan.runtime.controller;

import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.cache.ResourceEvent;
import dev.banyan.runtime.manager.Health;
import dev.banyan.runtime.queue.Cause;
import dev.banyan.runtime.queue.Lane;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One watched informer, and which keys its events are about. What a filter or a mapper throws concerns one object and nobody else. */
final class Source<S, T> {
    /** Where events go. */
    interface Sink {
        void changed(Collection<ObjectKey> keys, Trigger trigger);

        void progressed();

        void handlerFailed(ObjectKey object);
    }

    /**
     * An event as far as the schedule cares.
     *
     * @param object whose event it is
     * @param revision what the object was written at, 0 when it is gone
     * @param base what it was written at as last seen before, 0 when it is new
     */
    record Trigger(Lane lane, Cause cause, ChangeSet changes, ObjectKey object, long revision, long base) {
        static Trigger of(ResourceEvent<?, ?> event, ChangeSet changes, Lane lane, String what) {
            long revision = event instanceof ResourceEvent.Deleted ? 0 : revision(event.latest());
            long base = event instanceof ResourceEvent.Updated<?, ?> updated ? revision(updated.before()) : 0;
            return new Trigger(lane, new Cause(what, revision), changes, event.key(), revision, base);
        }

        /** Ends a wait for a change that is not about it: the object is to go, or something else is wanted. */
        boolean ends() {
            return changes.urgent() || changes.has(ChangeSet.Part.SPEC);
        }

        private static long revision(Resource<?, ?> resource) {
            return resource.meta().revision();
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(Source.class);

    private final Informer<S, T> informer;
    private final EventMapper<S, T> mapper;
    private final EventFilter<S, T> filter;
    private final String what;

    Source(Informer<S, T> informer, EventMapper<S, T> mapper, EventFilter<S, T> filter) {
        this.informer = informer;
        this.mapper = mapper;
        this.filter = filter;
        this.what = informer.name() + " changed";
    }

    String name() {
        return informer.name();
    }

    boolean watches(Informer<?, ?> other) {
        return informer.equals(other) || informer.name().equals(other.name());
    }

    boolean started() {
        return informer.started();
    }

    boolean synced() {
        return informer.synced();
    }

    Health health() {
        return informer.health();
    }

    long applied() {
        return informer.appliedRevision();
    }

    void attach(Sink sink) {
        informer.addDirectHandler(event -> on(event, sink));
        informer.addProgressListener(revision -> sink.progressed());
    }

    /** The keys of all objects, as for an event of each. */
    Collection<ObjectKey> everything(Sink sink) {
        var keys = new TreeSet<ObjectKey>();
        for (var resource : informer.lister().list()) {
            keys.addAll(map(new ResourceEvent.Updated<>(resource, resource), sink));
        }
        return keys;
    }

    private void on(ResourceEvent<S, T> event, Sink sink) {
        var changes = ChangeSet.of(event);
        if (changes.urgent() || passes(event, changes, sink)) {
            var keys = map(event, sink);
            if (!keys.isEmpty()) {
                var lane = informer.synced() ? Lane.FRESH : Lane.INITIAL;
                sink.changed(keys, Trigger.of(event, changes, lane, what));
            }
        }
    }

    private boolean passes(ResourceEvent<S, T> event, ChangeSet changes, Sink sink) {
        try {
            return filter.passes(event, changes);
        } catch (RuntimeException | LinkageError | StackOverflowError failed) {
            failed("filter: the event passes", event.key(), failed, sink);
            return true;
        }
    }

    private Collection<ObjectKey> map(ResourceEvent<S, T> event, Sink sink) {
        try {
            return List.copyOf(mapper.map(event)); // a lazy or faulty collection fails here and not under a lock
        } catch (RuntimeException | LinkageError | StackOverflowError failed) {
            failed("mapper: the event is dropped until the resync", event.key(), failed, sink);
            return List.of();
        }
    }

    private void failed(String what, ObjectKey object, Throwable failure, Sink sink) {
        LOG.atError()
                .addKeyValue("informer", informer.name())
                .addKeyValue("object", object)
                .addKeyValue("failed", what)
                .setCause(failure)
                .log("event was not understood");
        sink.handlerFailed(object);
    }
}
