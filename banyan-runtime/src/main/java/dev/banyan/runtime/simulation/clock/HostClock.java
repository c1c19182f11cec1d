package dev.banyan.runtime.simulation.clock;

import dev.banyan.runtime.env.TimeSource;
import java.time.Duration;
import java.time.Instant;

/** What one host takes for the time. Read by any thread; changed by whoever drives the simulation or runs in it. */
public final class HostClock implements TimeSource {
    /** The worst rate, in parts per million either way: a tenth, far beyond any real clock, to see what a margin is worth. */
    public static final int DRIFT_MAX_PPM = 100_000;

    private static final long MILLION = 1_000_000;

    /**
     * How it stood when something about it last changed.
     *
     * @param truthNanos when that was
     * @param ahead how far its wall clock was ahead of the true one
     */
    private record Mark(
            long truthNanos, long monotonicNanos, long bootNanos, Duration ahead, int driftPpm, boolean frozen) {}

    private final TimeSource truth;
    private volatile Mark mark;

    /** A clock that shows what {@code truth} shows. */
    public HostClock(TimeSource truth) {
        this.truth = truth;
        long now = truth.nanos();
        this.mark = new Mark(now, now, now, Duration.ZERO, 0, false);
    }

    /** The monotonic clock. It stands still while the host does. */
    @Override
    public long nanos() {
        return monotonic(mark, truth.nanos());
    }

    /** The wall clock. */
    @Override
    public Instant now() {
        var last = mark;
        return truth.now().plus(last.ahead()).plusNanos(gained(last, truth.nanos()));
    }

    /** The clock that goes on while the host stands still, as {@code CLOCK_BOOTTIME} does. */
    public long bootNanos() {
        return boot(mark, truth.nanos());
    }

    /** How much faster than true time it goes, in parts per million; slower when negative. */
    public int driftPpm() {
        return mark.driftPpm();
    }

    /** When, in true nanoseconds, the monotonic clock shows {@code deadline}; {@link Long#MAX_VALUE} when never as things are. */
    public long trueNanosAt(long deadline) {
        var last = mark;
        if (deadline == Long.MAX_VALUE || last.frozen()) {
            return Long.MAX_VALUE;
        }
        long left = Math.max(0, deadline - last.monotonicNanos());
        long rate = MILLION + last.driftPpm();
        long passed = left / rate * MILLION + left % rate * MILLION / rate;
        while (scaled(last, passed) < left) {
            passed++;
        }
        return passed >= Long.MAX_VALUE - last.truthNanos() ? Long.MAX_VALUE : last.truthNanos() + passed;
    }

    /** Lets it go at another rate from now on; {@code ppm} is at most {@link #DRIFT_MAX_PPM} either way. */
    public void drift(int ppm) {
        if (Math.abs(ppm) > DRIFT_MAX_PPM) {
            throw new IllegalArgumentException("a clock drifts by at most " + DRIFT_MAX_PPM + " ppm, not " + ppm);
        }
        var now = markNow();
        mark = new Mark(now.truthNanos(), now.monotonicNanos(), now.bootNanos(), now.ahead(), ppm, now.frozen());
    }

    /** Sets the wall clock forward, or back by a negative jump. */
    public void jump(Duration jump) {
        var now = markNow();
        mark = new Mark(
                now.truthNanos(),
                now.monotonicNanos(),
                now.bootNanos(),
                now.ahead().plus(jump),
                now.driftPpm(),
                now.frozen());
    }

    /** Stops the monotonic clock. */
    public void freeze() {
        var now = markNow();
        mark = new Mark(now.truthNanos(), now.monotonicNanos(), now.bootNanos(), now.ahead(), now.driftPpm(), true);
    }

    /** Lets the monotonic clock go on. */
    public void thaw() {
        var now = markNow();
        mark = new Mark(now.truthNanos(), now.monotonicNanos(), now.bootNanos(), now.ahead(), now.driftPpm(), false);
    }

    /** Starts the monotonic and the boot clock from zero. The wall clock goes on, as one with a battery does. */
    public void reboot() {
        var now = markNow();
        mark = new Mark(now.truthNanos(), 0, 0, now.ahead(), now.driftPpm(), false);
    }

    private Mark markNow() {
        var last = mark;
        long now = truth.nanos();
        return new Mark(
                now,
                monotonic(last, now),
                boot(last, now),
                last.ahead().plusNanos(gained(last, now)),
                last.driftPpm(),
                last.frozen());
    }

    private static long monotonic(Mark last, long now) {
        return last.frozen() ? last.monotonicNanos() : last.monotonicNanos() + scaled(last, now - last.truthNanos());
    }

    private static long boot(Mark last, long now) {
        return last.bootNanos() + scaled(last, now - last.truthNanos());
    }

    private static long gained(Mark last, long now) {
        long passed = now - last.truthNanos();
        return scaled(last, passed) - passed;
    }

    /** In two parts, so that years times parts per million do not overflow. */
    private static long scaled(Mark last, long passed) {
        return passed + passed / MILLION * last.driftPpm() + Math.floorDiv(passed % MILLION * last.driftPpm(), MILLION);
    }
}
