package dev.banyan.engine.liveness;

import java.time.Duration;

/**
 * When silence is judged.
 *
 * @param suspect silence after which traffic and new work stop
 * @param lost silence after which tasks are replaced; more than {@code suspect}
 * @param arrival extra time for agents that an engine has not heard since it became responsible for them
 * @param pause a gap between two ticks that means that this engine itself stood still
 */
public record Thresholds(Duration suspect, Duration lost, Duration arrival, Duration pause) {
    /** 2 s, 7 s, 5 s and 1 s. */
    public static final Thresholds DEFAULT =
            new Thresholds(Duration.ofSeconds(2), Duration.ofSeconds(7), Duration.ofSeconds(5), Duration.ofSeconds(1));

    public Thresholds {
        if (lost.compareTo(suspect) <= 0) {
            throw new IllegalArgumentException("lost (" + lost + ") must be longer than suspect (" + suspect + ")");
        }
    }
}
