package dev.banyan.runtime.manager;

import java.time.Duration;
import java.util.List;

/**
 * A part with a lifetime. Started at most once, stopped at most once by whoever started it. {@link #health} may be called by any thread at
 * any time.
 */
public interface Component {
    /** When a component starts relative to others of its manager. */
    enum Stage {
        /** Brings data in; others wait until it is ready. */
        SOURCE,
        /** Works on the data. */
        WORKER
    }

    /** For logs and health; unique within its manager. */
    String name();

    /** When it starts; with the workers unless it says otherwise. */
    default Stage stage() {
        return Stage.WORKER;
    }

    /** Starts the component's tasks and returns without waiting for anything remote. */
    void start();

    /** Ends the component's tasks and waits for them a bounded time. */
    void stop();

    /** Whether it does its work now, and what it lacks if not. Answers at once. */
    Health health();

    /** Names of components that this one stands on and that nobody has started yet; asked by its manager right before its start. */
    default List<String> lacks() {
        return List.of();
    }

    /** Waits at most {@code atMost} until the component does its work; true when it does. The default looks once. */
    default boolean awaitReady(Duration atMost) throws InterruptedException {
        return health().ready();
    }
}
