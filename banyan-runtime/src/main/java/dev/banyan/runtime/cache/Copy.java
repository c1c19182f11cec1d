package dev.banyan.runtime.cache;

import dev.banyan.runtime.env.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One informer's part of a feed: how it keeps objects, and whom it tells. The snapshots themselves are in what the feed publishes.
 */
final class Copy<S, T> {
    private static final Logger LOG = LoggerFactory.getLogger(Copy.class);

    private record Direct<S, T>(String name, ResourceHandler<S, T> handler) {
        void tell(ResourceEvent<S, T> event) {
            HandlerLoop.tell(name, handler, event);
        }
    }

    final String name;
    final int slot;
    final SnapshotStep.Shape<S, T> shape;
    private final CacheMetrics metrics;
    private final List<Direct<S, T>> newcomers = new CopyOnWriteArrayList<>();
    private final List<Direct<S, T>> direct = new ArrayList<>(); // the feed's task
    private final List<HandlerLoop<S, T>> loops = new ArrayList<>(); // guarded by the feed's lock

    /** The {@code slot}-th copy of its feed. */
    Copy(String name, int slot, SnapshotStep.Shape<S, T> shape, CacheMetrics metrics) {
        this.name = name;
        this.slot = slot;
        this.shape = shape;
        this.metrics = metrics;
    }

    /** A step that is decided. */
    record Prepared<S, T>(Copy<S, T> copy, Snapshot<S, T> from, SnapshotStep.Outcome<S, T> outcome) {
        /** Under the feed's lock. */
        void offer() {
            copy.loops.forEach(loop -> loop.offer(outcome.next().revision(), outcome.events()));
        }

        /** On the feed's task. */
        void announce() {
            copy.announce(from, outcome);
        }
    }

    /** This copy's snapshot among those that are published together. */
    @SuppressWarnings("unchecked") // the slot holds what this copy alone puts there
    Snapshot<S, T> in(List<Snapshot<?, ?>> snapshots) {
        return (Snapshot<S, T>) snapshots.get(slot);
    }

    /** Under the feed's lock. */
    Prepared<S, T> prepare(List<Snapshot<?, ?>> snapshots, Reflector.Input input) {
        var from = in(snapshots);
        return new Prepared<>(
                this,
                from,
                switch (input) {
                    case Reflector.Input.Listed listed -> SnapshotStep.replace(shape, from, listed.listing());
                    case Reflector.Input.Recalled recalled -> SnapshotStep.replace(shape, from, recalled.listing());
                    case Reflector.Input.Changed changed -> SnapshotStep.apply(shape, from, changed.changes());
                    case Reflector.Input.Progressed progressed ->
                        new SnapshotStep.Outcome<>(
                                from.at(Math.max(from.revision(), progressed.revision())), List.of());
                    case Reflector.Input.Nudge nudge -> new SnapshotStep.Outcome<>(from, List.of());
                });
    }

    /** Adds a handler that is told on the feed's task, from the next {@link #adopt} on. */
    void add(String handlerName, ResourceHandler<S, T> handler) {
        newcomers.add(new Direct<>(handlerName, handler));
    }

    /** On the feed's task: tells new handlers what is there. */
    void adopt(List<Snapshot<?, ?>> snapshots) {
        for (var newcomer : newcomers) {
            newcomers.remove(newcomer);
            direct.add(newcomer);
            in(snapshots).list().forEach(resource -> newcomer.tell(new ResourceEvent.Added<>(resource)));
        }
    }

    /** Under the feed's lock. */
    void add(HandlerLoop<S, T> loop, Snapshot<S, T> now) {
        loops.add(loop);
        loop.offer(
                now.revision(),
                now.list().stream()
                        .<ResourceEvent<S, T>>map(ResourceEvent.Added::new)
                        .toList());
    }

    /** Under the feed's lock. */
    void remove(HandlerLoop<S, T> loop) {
        loops.remove(loop);
    }

    /** Under the feed's lock. */
    void start() {
        loops.forEach(HandlerLoop::start);
    }

    /** Under the feed's lock. */
    List<Task> tasks() {
        return loops.stream().map(HandlerLoop::task).flatMap(Optional::stream).toList();
    }

    /** Under the feed's lock. */
    List<ResourceHandler.Registration> registrations() {
        return List.copyOf(loops);
    }

    private void announce(Snapshot<S, T> from, SnapshotStep.Outcome<S, T> outcome) {
        for (var held : outcome.next().held().values()) {
            if (!held.equals(from.held().get(held.reason().key()))) {
                metrics.quarantined(name, held.reason());
                LOG.atError()
                        .addKeyValue("object", held.reason().key())
                        .addKeyValue("revision", held.reason().revision())
                        .addKeyValue("reason", held.reason().reason())
                        .log("object cannot be decoded and is left out");
            }
        }
        for (var event : outcome.events()) {
            direct.forEach(handler -> handler.tell(event));
        }
    }
}
