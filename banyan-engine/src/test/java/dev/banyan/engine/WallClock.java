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

/** Surroundings whose wall clock jumps as a test wants. All else, and how time is counted, is that of the real ones. */
public final class WallClock implements Env {
    private final Env real;
    private volatile Duration ahead = Duration.ZERO;

    public WallClock(Env real) {
        this.real = real;
    }

    /** The wall clock is off by this from now on, which may be negative. */
    public void set(Duration newAhead) {
        ahead = newAhead;
    }

    @Override
    public TimeSource time() {
        return new TimeSource() {
            @Override
            public long nanos() {
                return real.time().nanos();
            }

            @Override
            public Instant now() {
                return real.time().now().plus(ahead);
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
