package dev.banyan.runtime.env;

import java.time.Duration;

/** A wake-up that is not lost when nobody waits, and is one however often it was raised. For one waiting task. Thread-safe. */
public interface Signal {
    /** Wakes the waiting task, or lets the next wait return at once. */
    void raise();

    /** Waits until raised, and lowers it again. */
    void await() throws InterruptedException;

    /** Waits at most {@code timeout}; true when it was raised. A zero or negative timeout does not wait. */
    boolean await(Duration timeout) throws InterruptedException;
}
