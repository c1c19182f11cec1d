package dev.banyan.agent.workload;

import dev.banyan.api.v1.HealthCheck;
import java.time.Duration;

/**
 * Counts the results of one container's health checks. Stepped; one caller at a time.
 *
 * <p>A container is unhealthy after {@code retries} failures in a row, of which those within the start period do not count; one success
 * makes it healthy. Before the first verdict it is starting, and gets no traffic. While it starts it is asked more often than its interval
 * says; of these extra checks only a success counts, so that a slow start has as long as its author gave it.
 */
final class HealthTracker {
    private final HealthCheck check;
    private final long startedNanos;
    private final long intervalNanos;
    private long countedNanos;
    private int failuresInARow;
    private State state = State.STARTING;

    /** What is known of a container's health. */
    enum State {
        STARTING,
        HEALTHY,
        UNHEALTHY
    }

    HealthTracker(HealthCheck check, Duration interval, long startedNanos) {
        this.check = check;
        this.intervalNanos = interval.toNanos();
        this.startedNanos = startedNanos;
        this.countedNanos = startedNanos;
    }

    State state() {
        return state;
    }

    /** Whether failures do not count yet. */
    boolean inStartPeriod(long nowNanos) {
        return nowNanos - startedNanos
                < Duration.ofMillis(check.getStartPeriodMs()).toNanos();
    }

    /** The check succeeded. */
    void succeeded() {
        failuresInARow = 0;
        state = State.HEALTHY;
    }

    /** The check failed or ran into its timeout. */
    void failed(long nowNanos) {
        boolean starting = state == State.STARTING && inStartPeriod(nowNanos);
        boolean extra = state == State.STARTING && nowNanos - countedNanos < intervalNanos;
        if (starting || extra) {
            return;
        }
        countedNanos = nowNanos;
        failuresInARow++;
        if (failuresInARow >= Math.max(1, check.getRetries())) {
            state = State.UNHEALTHY;
        }
    }
}
