package dev.banyan.agent.workload;

import dev.banyan.api.v1.RestartPolicy;
import java.time.Duration;

/** How long a container that ended waits for its next attempt: what its policy says, or else 0, 1, 2, 4 ... 60 s. Pure. */
final class RestartBackoff {
    /** Longest wait. */
    static final Duration MAX = Duration.ofSeconds(60);

    /** A container that ran this long starts from zero again, unless its policy has a window of its own. */
    static final Duration HEALTHY = Duration.ofMinutes(10);

    private RestartBackoff() {}

    /** The wait before a restart by {@code policy} after the given number of ends in a row, from 1. */
    static Duration before(RestartPolicy policy, int endsInARow) {
        return policy.hasDelayMs() ? Duration.ofMillis(policy.getDelayMs()) : after(endsInARow);
    }

    /** Whether a container that ran so long had started well: the ends before its own are forgotten. */
    static boolean startedWell(RestartPolicy policy, Duration ranFor) {
        long window = policy.getWindowMs() > 0 ? policy.getWindowMs() : HEALTHY.toMillis();
        return ranFor.toMillis() >= window;
    }

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
