package dev.banyan.runtime.env;

import java.time.Duration;
import java.util.Optional;

/** A bounded first-in first-out queue between tasks. Thread-safe; values are not null. */
public interface Mailbox<T> {
    /** Adds without waiting; false when full: the caller decides what that means. */
    boolean offer(T value);

    /** Adds, waiting for room. */
    void put(T value) throws InterruptedException;

    /** Removes the oldest value, waiting for one. */
    T take() throws InterruptedException;

    /** Removes the oldest value, waiting at most {@code timeout}; a zero or negative timeout does not wait. */
    Optional<T> poll(Duration timeout) throws InterruptedException;

    /** How many wait to be taken; another task may change it at once. */
    int size();
}
