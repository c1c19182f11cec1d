package dev.banyan.agent.workload;

import dev.banyan.api.v1.HealthCheck;
import java.time.Duration;

/**
 * Counts the results of one container's health checks. Stepped; one caller at a time.
 *
 * <p>A container is unhealthy after {@code retries} failures in a row, of which those within the start period do not count; one success
 * makes it healthy. Before the first verdict it is starting, and gets no traffic.
 */
final class HealthTracker {
    private final HealthCheck check;
    private final long startedNanos;
    private int failuresInARow;
    private State state = State.STARTING;

    /** What is known of a container's health. */
    enum State {
        STARTING,
        HEALTHY,
        UNHEALTHY
    }

    HealthTracker(HealthCheck check, long startedNanos) {
        this.check = check;
        this.startedNanos = startedNanos;
    }

    State state() {
        return state;
    }

    /** The check succeeded. */
    void succeeded() {
        failuresInARow = 0;
        state = State.HEALTHY;
    }

    /** The check failed or ran into its timeout. */
    void failed(long nowNanos) {
        boolean starting = state == State.STARTING
                && nowNanos - startedNanos
                        < Duration.ofMillis(check.getStartPeriodMs()).toNanos();
        if (starting) {
            return;
        }
        failuresInARow++;
        if (failuresInARow >= Math.max(1, check.getRetries())) {
            state = State.UNHEALTHY;
        }
    }
}
