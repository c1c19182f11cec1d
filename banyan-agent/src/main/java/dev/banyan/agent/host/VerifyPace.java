package dev.banyan.agent.host;

import java.time.Duration;

/**
 * How often to compare the kernel with what it shall hold, since nobody tells of rules that were flushed by hand: every second, but so
 * seldom that looking takes at most 2 % of one core, and at least once a minute whatever it takes. Stepped; one caller at a time.
 */
public final class VerifyPace {
    /** Between two looks that cost next to nothing. */
    static final Duration SHORTEST = Duration.ofSeconds(1);

    /** Longest time for which a flushed rule may be missing. */
    static final Duration LONGEST = Duration.ofMinutes(1);

    /** A look that takes 1 of 50 parts takes 2 %. */
    private static final int PARTS = 50;

    private long lookedNanos;
    private Duration period = SHORTEST;

    /** {@code nowNanos} is monotonic, as in all calls: the first look is due a second later. */
    public VerifyPace(long nowNanos) {
        this.lookedNanos = nowNanos;
    }

    /** Whether it is time to look. */
    public boolean due(long nowNanos) {
        return nowNanos - lookedNanos >= period.toNanos();
    }

    /** A look began and ended then. */
    public void looked(long beganNanos, long endedNanos) {
        lookedNanos = endedNanos;
        var wanted = Duration.ofNanos(endedNanos - beganNanos).multipliedBy(PARTS);
        var longEnough = wanted.compareTo(SHORTEST) < 0 ? SHORTEST : wanted;
        period = longEnough.compareTo(LONGEST) > 0 ? LONGEST : longEnough;
    }
}
