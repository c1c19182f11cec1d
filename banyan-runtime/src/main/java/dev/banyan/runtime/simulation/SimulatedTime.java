package dev.banyan.runtime.simulation;

import dev.banyan.runtime.env.TimeSource;
import java.time.Duration;
import java.time.Instant;

/**
 * Time that passes only when told. Useful alone to test stepped objects; in a simulation the scheduler moves it. Both clocks may be read by
 * any thread.
 */
public final class SimulatedTime implements TimeSource {
    /** Where the wall clock starts: a fixed date, so that no test depends on today. */
    public static final Instant START = Instant.parse("2030-01-01T00:00:00Z");

    private volatile long nanos; // written by whoever holds the baton
    private volatile Duration wallAhead = Duration.ZERO; // likewise

    @Override
    public long nanos() {
        return nanos;
    }

    @Override
    public Instant now() {
        return START.plusNanos(nanos).plus(wallAhead);
    }

    /** Lets time pass on both clocks; {@code passed} is not negative. */
    public void advance(Duration passed) {
        advanceTo(nanos + passed.toNanos());
    }

    /** Sets the wall clock forward, or back by a negative jump; monotonic time does not notice. */
    public void jumpWallClock(Duration jump) {
        wallAhead = wallAhead.plus(jump);
    }

    /** Time passed since the start. */
    public Duration elapsed() {
        return Duration.ofNanos(nanos);
    }

    void advanceTo(long newNanos) {
        if (newNanos < nanos) {
            throw new IllegalArgumentException("monotonic time does not go back");
        }
        nanos = newNanos;
    }
}
