package dev.banyan.engine.backing;

import java.time.Duration;

/**
 * How long to wait before a child that died is started again. Stepped; one caller at a time. The first restart is at once: a child that
 * ran well should be back soon. One that keeps dying gets 0.5, 1, 2 ... 30 s.
 */
final class RestartPauses {
    private static final Duration FIRST = Duration.ofMillis(500);
    private static final Duration LONGEST = Duration.ofSeconds(30);

    /** A child that lived this long is well: its next death counts as the first. */
    private static final Duration WELL_AFTER = Duration.ofSeconds(30);

    private int startsInARow;
    private long lastStartNanos;
    private boolean seenDead;

    /** To be called at each start. */
    void started(long nowNanos) {
        startsInARow++;
        lastStartNanos = nowNanos;
        seenDead = false;
    }

    /** The rest of the pause before the next start of a child that is dead; zero when it may be made now. */
    Duration remaining(long nowNanos) {
        var since = Duration.ofNanos(nowNanos - lastStartNanos);
        if (!seenDead && since.compareTo(WELL_AFTER) >= 0) {
            startsInARow = Math.min(startsInARow, 1);
        }
        seenDead = true; // what follows is waiting, not life
        if (startsInARow <= 1) {
            return Duration.ZERO;
        }
        var pause = FIRST.multipliedBy(1L << Math.min(startsInARow - 2, 8));
        var left = (pause.compareTo(LONGEST) < 0 ? pause : LONGEST).minus(since);
        return left.isPositive() ? left : Duration.ZERO;
    }
}
