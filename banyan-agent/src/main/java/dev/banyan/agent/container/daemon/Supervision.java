package dev.banyan.agent.container.daemon;

import java.time.Duration;
import java.util.Optional;

/**
 * When to start a daemon that is not there. Stepped: no clock, no threads; the caller owns it.
 *
 * <p>The first restart comes at once, because a daemon that ran well and was killed should be back soon; the pause doubles while starts
 * follow each other, so that one that cannot run does not busy the server.
 */
final class Supervision {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);

    /** One that lived this long counts as healthy: its next death is a first one. */
    private static final Duration HEALTHY_AFTER = Duration.ofSeconds(30);

    /** What to do next. */
    sealed interface Step {
        record Start() implements Step {}

        /** Look again after this time, or earlier when something happened. */
        record Wait(Duration atMost) implements Step {}

        /** This process is the daemon; wait for its end. */
        record Watch(ProcessRecord process) implements Step {}
    }

    private int startsInARow;
    private long lastStartNanos;

    /** @param alive the daemon's process, if it lives */
    Step next(Optional<ProcessRecord> alive, long nowNanos) {
        if (alive.isPresent()) {
            return new Step.Watch(alive.get());
        }
        var sinceStart = Duration.ofNanos(nowNanos - lastStartNanos);
        if (startsInARow > 0 && sinceStart.compareTo(HEALTHY_AFTER) >= 0) {
            startsInARow = 0;
        }
        var rest = pause(startsInARow).minus(sinceStart);
        if (startsInARow > 0 && rest.isPositive()) {
            return new Step.Wait(rest);
        }
        startsInARow++;
        lastStartNanos = nowNanos;
        return new Step.Start();
    }

    /** Time from the start number {@code starts} to the next: none after the first, then 0.2, 0.4, 0.8 ... 15 s. */
    static Duration pause(int starts) {
        if (starts <= 1) {
            return Duration.ZERO;
        }
        int doublings = Math.min(starts - 2, 10);
        var pause = FIRST_PAUSE.multipliedBy(1L << doublings);
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }
}
