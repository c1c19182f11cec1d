package dev.banyan.simulated;

import dev.banyan.runtime.simulation.FaultyStore.Faults;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** One telling of a story to a new cluster. Everything about it follows from the seed. */
record Telling(Story story, long seed, Faults faults, Sabotage sabotage) {
    /** A network that is slow now and then, and loses one message in twenty. */
    static final Faults BAD_NETWORK = new Faults(Duration.ofMillis(20), 0.05, 0.05);

    static Telling of(Story story, long seed) {
        return new Telling(story, seed, Faults.NONE, Sabotage.NONE);
    }

    Telling over(Faults newFaults) {
        return new Telling(story, seed, newFaults, sabotage);
    }

    Telling with(Sabotage newSabotage) {
        return new Telling(story, seed, faults, newSabotage);
    }

    /**
     * Tells it while {@code fated} or not; answers the trace's hash.
     *
     * @throws AssertionError saying what is not as wanted in the end
     */
    long tell(Path disk, boolean fated) {
        try (var cluster = new SimulatedCluster(seed, disk, faults, sabotage)) {
            cluster.tell(story, fated ? () -> Fate.befall(cluster) : () -> {});
            return cluster.traceHash();
        }
    }

    /**
     * Does {@code work} on a virtual thread, where the hand-over between the simulation's driver and its tasks is several times cheaper.
     * Whatever it throws is thrown here.
     */
    static void lightly(Runnable work) throws InterruptedException {
        var failure = new Throwable[1];
        var thread = Thread.ofVirtual().start(() -> {
            try {
                work.run();
            } catch (Throwable thrown) {
                failure[0] = thrown;
            }
        });
        thread.join();
        Optional.ofNullable(failure[0]).ifPresent(Telling::rethrow);
    }

    private static void rethrow(Throwable thrown) {
        switch (thrown) {
            case RuntimeException exception -> throw exception;
            case Error error -> throw error;
            case Throwable other -> throw new IllegalStateException("no checked exception leaves a Runnable", other);
        }
    }
}
