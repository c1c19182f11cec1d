package dev.banyan.engine;

import dev.banyan.runtime.env.Entropy;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Mailbox;
import dev.banyan.runtime.env.RandomSource;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.env.TaskSpawner;
import dev.banyan.runtime.env.TimeSource;
import java.time.Duration;
import java.time.Instant;

/** Surroundings whose wall clock jumps as a test wants, and where time passes when a test wants. All else is that of the real ones. */
public final class WallClock implements Env {
    private final Env real;
    private volatile Duration ahead = Duration.ZERO;
    private volatile Duration passed = Duration.ZERO;

    public WallClock(Env real) {
        this.real = real;
    }

    /** The wall clock is off by this from now on, which may be negative. */
    public void set(Duration newAhead) {
        ahead = newAhead;
    }

    /** So much time passes, by every clock. */
    public void pass(Duration time) {
        passed = passed.plus(time);
    }

    @Override
    public TimeSource time() {
        return new TimeSource() {
            @Override
            public long nanos() {
                return real.time().nanos() + passed.toNanos();
            }

            @Override
            public Instant now() {
                return real.time().now().plus(ahead).plus(passed);
            }
        };
    }

    @Override
    public RandomSource random() {
        return real.random();
    }

    @Override
    public Entropy entropy() {
        return real.entropy();
    }

    @Override
    public TaskSpawner tasks() {
        return real.tasks();
    }

    @Override
    public <T> Mailbox<T> mailbox(int capacity) {
        return real.mailbox(capacity);
    }

    @Override
    public Signal signal() {
        return real.signal();
    }
}
