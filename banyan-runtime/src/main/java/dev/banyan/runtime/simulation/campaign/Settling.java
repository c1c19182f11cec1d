package dev.banyan.runtime.simulation.campaign;

import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Watch;
import dev.banyan.runtime.store.WatchBatch;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Eventually stable reconciliation: from now on the world must become as desired within a bound, and then stay so for a while in which
 * nobody writes anything.
 *
 * @param bound how long it may take, in simulated time
 * @param window how long it must then stay; longer than a few resyncs, so that controllers that correct each other are not taken for settled
 */
public record Settling(Duration bound, Duration window) {
    /** A minute to settle, half a minute to stay. */
    public static final Settling DEFAULT = new Settling(Duration.ofMinutes(1), Duration.ofSeconds(30));

    /**
     * Lets the simulation run until it has settled; answers how long that took.
     *
     * @param difference what is not as desired, of what truly is and not of what statuses say; empty when all is
     * @param restless what may be written at rest, such as signs of life
     * @throws AssertionError saying what is not as desired, or what is still written, at the end of the bound
     */
    public Duration check(
            Simulation simulation, Store truth, Supplier<Optional<String>> difference, Predicate<ObjectKey> restless) {
        var look = new Look(simulation, truth, difference, restless);
        try {
            boolean settled = simulation.runUntil(() -> look.restedFor(window), bound.plus(window));
            if (!settled) {
                throw new AssertionError("not settled after " + bound + " and " + window + ": " + look.why);
            }
            return look.since.minus(look.began);
        } finally {
            look.watch.close();
        }
    }

    /** What is looked at after each step. */
    private static final class Look {
        private final Simulation simulation;
        private final Supplier<Optional<String>> difference;
        private final Predicate<ObjectKey> restless;
        private final Watch watch;
        private final Duration began;
        private Duration since;
        private long lookedAt = -1;
        private String why = "nothing was looked at";
        private boolean asDesired;

        Look(Simulation simulation, Store truth, Supplier<Optional<String>> difference, Predicate<ObjectKey> restless) {
            this.simulation = simulation;
            this.difference = difference;
            this.restless = restless;
            this.watch = truth.watch(
                    Selection.EVERYTHING,
                    truth.list(Selection.of("none").in("none"), ReadAt.LATEST).revision());
            this.began = simulation.time().elapsed();
            this.since = began;
        }

        boolean restedFor(Duration window) {
            var now = simulation.time().elapsed();
            var written = written();
            if (written.isPresent()) {
                why = written.get() + " was written after " + now.minus(began);
                since = now;
            }
            // What is truly there changes by events and writes alone.
            if (written.isPresent() || lookedAt != simulation.trace().events()) {
                lookedAt = simulation.trace().events();
                var found = difference.get();
                found.ifPresent(different -> why = different);
                asDesired = found.isEmpty();
            }
            if (!asDesired) {
                since = now;
            }
            return now.minus(since).compareTo(window) >= 0;
        }

        private Optional<ObjectKey> written() {
            try {
                Optional<ObjectKey> found = Optional.empty();
                for (var batch = watch.next(Duration.ZERO); batch.isPresent(); batch = watch.next(Duration.ZERO)) {
                    found = found.or(deedIn(batch.get()));
                }
                return found;
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException("nobody interrupts a simulation's driver", interrupted);
            }
        }

        private Supplier<Optional<ObjectKey>> deedIn(WatchBatch batch) {
            var deed = deed(batch);
            return () -> deed;
        }

        private Optional<ObjectKey> deed(WatchBatch batch) {
            return switch (batch) {
                case WatchBatch.Changes changes ->
                    changes.events().stream()
                            .map(event -> event.key())
                            .filter(restless.negate())
                            .findFirst();
                case WatchBatch.Bookmark bookmark -> Optional.empty();
                case WatchBatch.Resync resync -> throw new AssertionError("the watch has lost history");
                case WatchBatch.Closed closed -> throw new AssertionError("the watch was closed");
            };
        }
    }
}
