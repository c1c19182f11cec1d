package dev.banyan.harness;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for real processes. The one place of the harness that lets time pass. */
public final class Await {
    /** Short against what is waited for, long against the cost of a look, which is often a process. */
    private static final Duration PAUSE = Duration.ofMillis(20);

    private Await() {}

    /**
     * Returns once the condition holds.
     *
     * @param condition asked again and again on the caller's thread; what it throws is thrown
     * @param deadline after which it is a failure; generous, since it costs nothing when all is well
     * @param describe says at the deadline what was waited for and how things stand
     * @throws AssertionError at the deadline
     */
    public static void until(BooleanSupplier condition, Duration deadline, Supplier<String> describe) {
        value(() -> condition.getAsBoolean() ? Optional.of(true) : Optional.empty(), deadline, describe);
    }

    /** Returns the first value that the probe finds; otherwise as {@link #until}. */
    public static <T> T value(Supplier<Optional<T>> probe, Duration deadline, Supplier<String> describe) {
        var end = System.nanoTime() + deadline.toNanos();
        while (true) {
            var found = probe.get();
            if (found.isPresent()) {
                return found.get();
            }
            if (System.nanoTime() - end >= 0) {
                throw new AssertionError("not within " + deadline.toMillis() + " ms: " + describe.get());
            }
            LockSupport.parkNanos(PAUSE.toNanos());
            if (Thread.interrupted()) {
                throw new AssertionError("interrupted while waiting: " + describe.get());
            }
        }
    }
}
