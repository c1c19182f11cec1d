package dev.banyan.engine.image;

import dev.banyan.engine.image.shelf.Shelf;
import java.time.Duration;

/** What people may ask about images. Thread-safe. */
public interface ImageDesk {
    /** Where the cluster's registry is, as host and port. */
    String registry();

    /** Begins to have an image in the cluster's registry, or joins those who wait for it already. */
    Waiting mirror(Order order);

    /** What {@link #mirror} would come to, as if it had; fetches nothing and changes nothing. */
    Waiting foresee(Order order);

    /** What the cluster's registry has. */
    Shelf shelf();

    /** One who waits. For one task. */
    interface Waiting extends AutoCloseable {
        /** How far it is, after something changed or {@code atMost} has passed. */
        State next(Duration atMost) throws InterruptedException;

        /** Waits no longer; a transfer for which nobody waits ends. */
        @Override
        void close();
    }

    /** How far a transfer is. */
    sealed interface State {
        /** Under way; both are 0 while it is not known how much is to be moved. */
        record Moving(long movedBytes, long totalBytes) implements State {}

        /**
         * The cluster has it.
         *
         * @param reference {@code registry.banyan/<repository>@sha256:...}
         * @param origin what its own registry called it; empty when that was not asked
         * @param fetched whether something was copied
         * @param bytes how much of it was not there yet
         */
        record Done(String reference, String origin, boolean fetched, long bytes) implements State {}

        /** The cluster does not get it; in words for the one who ordered it. */
        record Failed(String reason) implements State {}
    }
}
