package dev.banyan.runtime.controller;

import dev.banyan.runtime.queue.Cause;
import dev.banyan.runtime.queue.Lane;
import dev.banyan.runtime.queue.WorkQueue;
import dev.banyan.runtime.resource.ObjectKey;
import java.time.Duration;
import java.util.Optional;

/**
 * Learns what a controller does, for whatever collects figures. Called on the controller's tasks: it must be quick and not fail; what it
 * throws is dropped. Label figures by controller and ending or lane alone: there may be a million keys. What one key does is asked of {@link
 * Controller#describe}; keys are passed here for logs and samples.
 */
public interface ControllerMetrics {
    /** Collects nothing. */
    ControllerMetrics NONE = new ControllerMetrics() {};

    /** How a reconcile ended. */
    enum Ending {
        /** See {@link Result.Done}. */
        DONE,
        /** See {@link Result.RequeueAfter}. */
        REQUEUED,
        /** See {@link Result.Await} and {@link Result.AwaitChange}. */
        AWAITING,
        /** See {@link Result.Stalled}. */
        STALLED,
        /** By an exception. */
        FAILED,
        /** At its deadline, or since the controller stops. */
        INTERRUPTED
    }

    /**
     * What a controller has to do.
     *
     * @param queue depth and oldest key of each lane, keys that wait for a time, that run, and whose last run failed
     * @param held keys that wait for their caches
     * @param stalled keys that wait for an event
     * @param stuck keys that run past their deadline
     */
    record Load(WorkQueue.Load queue, int held, int stalled, int stuck) {}

    /**
     * A reconcile that begins.
     *
     * @param failures how often in a row the key has failed before
     * @param cause why it was asked for
     * @param waited how long it was due
     */
    record Run(String controller, ObjectKey key, int failures, Lane lane, Cause cause, Duration waited) {}

    /** A reconcile under way. */
    @FunctionalInterface
    interface Running {
        /** Nobody looks. */
        Running UNSEEN = (ending, failure) -> {};

        /**
         * It has ended, with the failure that ended it if one did. Called on the thread that {@link #began} was called on, and before
         * the key may run again: the next {@link #began} of this key comes after it.
         */
        void ended(Ending ending, Optional<Throwable> failure);
    }

    /** A reconcile begins: called on the thread that runs it, so that what is set for the thread holds for the reconciler. */
    default Running began(Run run) {
        return Running.UNSEEN;
    }

    /** {@code reconcile.seconds}: a reconcile of {@code controller} ended after {@code took}. */
    default void reconciled(String controller, Ending ending, Duration took) {}

    /** {@code queue.wait}: a key was due for {@code waited} before it ran. */
    default void waited(String controller, Lane lane, Duration waited) {}

    /** {@code reconcile.stuck}: a reconcile has passed its deadline and was interrupted. */
    default void stuck(String controller, ObjectKey key) {}

    /** {@code reconcile.hot}: a key runs again and again though nothing changes, and is slowed down. Once for each such time. */
    default void hot(String controller, ObjectKey key) {}

    /** {@code queue.depth}: keys ready, waiting or held after a turn of the loop. */
    default void queued(String controller, int depth) {}

    /** {@code queue.oldest.seconds}, {@code retry.keys}, {@code reconcile.stalled}: at most once a second, and only while something happens. */
    default void load(String controller, Load load) {}

    /** {@code handler.coalesced}: {@code count} keys that an event named were to run already. */
    default void coalesced(String controller, int count) {}

    /** {@code handler.failed}: a mapper or a filter threw for an event of this object. */
    default void handlerFailed(String controller, ObjectKey object) {}

    /** {@code write.conflicts}: a commit of a {@link Reconciler.Writing} met another write. */
    default void conflicted(String controller) {}

    /** {@code fence.rejects}: a commit of a {@link Reconciler.Writing} was refused since its writer had lost its right to act. */
    default void fenced(String controller) {}

    /** {@code stale.holds}: a key runs though its caches do not show in time what it waits for. */
    default void stale(String controller, ObjectKey key) {}
}
