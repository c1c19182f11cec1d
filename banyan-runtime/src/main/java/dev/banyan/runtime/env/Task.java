package dev.banyan.runtime.env;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A running task. Thread-safe. */
public interface Task {
    /** For logs; need not be unique. */
    String name();

    /** Interrupts the task; it ends at its next blocking point. Idempotent. */
    void cancel();

    /** Waits until the task has ended. */
    void join() throws InterruptedException;

    /** Waits at most {@code timeout}; true when the task has ended. */
    boolean join(Duration timeout) throws InterruptedException;

    /** Whether it has ended, however. */
    boolean done();

    /** What escaped the body; empty while running, after a normal end and after a cancellation. */
    Optional<Throwable> failure();

    /** What the task is doing at this moment, the innermost call first; empty when it has ended or that is not known. */
    default List<StackTraceElement> stack() {
        return List.of();
    }
}
