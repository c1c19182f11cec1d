package dev.banyan.runtime.controller;

import dev.banyan.runtime.resource.ObjectKey;
import java.time.Duration;

/** Learns what a controller does, for whatever collects figures. Called on the controller's tasks: it must be quick and not fail. */
public interface ControllerMetrics {
    /** Collects nothing. */
    ControllerMetrics NONE = new ControllerMetrics() {};

    /** How a reconcile ended. */
    enum Ending {
        DONE,
        REQUEUED,
        AWAITING,
        STALLED,
        FAILED,
        INTERRUPTED
    }

    /** A reconcile of {@code controller} ended after {@code took}. */
    default void reconciled(String controller, Ending ending, Duration took) {}

    /** A reconcile has passed its deadline and was interrupted. */
    default void stuck(String controller, ObjectKey key) {}

    /** Keys ready or waiting after a turn of the loop. */
    default void queued(String controller, int depth) {}
}
