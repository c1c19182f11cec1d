package dev.banyan.agent.workload;

import java.time.Duration;

/** How long a container that ended waits for its next attempt: 0, 1, 2, 4 ... 60 s. Pure. */
final class RestartBackoff {
    /** Longest wait. */
    static final Duration MAX = Duration.ofSeconds(60);

    /** A container that ran this long starts from zero again. */
    static final Duration HEALTHY = Duration.ofMinutes(10);

    private RestartBackoff() {}

    /** The wait after the given number of ends in a row, from 1. */
    static Duration after(int endsInARow) {
        if (endsInARow <= 1) {
            return Duration.ZERO;
        }
        // 2^6 is beyond the limit already: a larger shift could overflow.
        long seconds = 1L << Math.min(endsInARow - 2, 6);
        return seconds >= MAX.toSeconds() ? MAX : Duration.ofSeconds(seconds);
    }
}
