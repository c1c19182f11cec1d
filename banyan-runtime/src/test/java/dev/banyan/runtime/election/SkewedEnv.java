package dev.banyan.runtime.election;

import dev.banyan.runtime.env.Entropy;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Mailbox;
import dev.banyan.runtime.env.RandomSource;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.env.TaskSpawner;
import dev.banyan.runtime.env.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Surroundings whose monotonic clock has another origin and another speed than its neighbours', and whose wall clock is wrong. */
final class SkewedEnv implements Env {
    private final Env real;
    private final Duration ahead;
    private final double speed;

    SkewedEnv(Env real, Duration ahead, double speed) {
        this.real = real;
        this.ahead = ahead;
        this.speed = speed;
    }

    @Override
    public TimeSource time() {
        return new TimeSource() {
            @Override
            public long nanos() {
                return ahead.toNanos() + (long) (real.time().nanos() * speed);
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
        Mailbox<T> mailbox = real.mailbox(capacity);
        return new Mailbox<>() {
            @Override
            public boolean offer(T value) {
                return mailbox.offer(value);
            }

            @Override
            public void put(T value) throws InterruptedException {
                mailbox.put(value);
            }

            @Override
            public T take() throws InterruptedException {
                return mailbox.take();
            }

            @Override
            public Optional<T> poll(Duration timeout) throws InterruptedException {
                return mailbox.poll(onRealClock(timeout));
            }

            @Override
            public int size() {
                return mailbox.size();
            }
        };
    }

    @Override
    public Signal signal() {
        var signal = real.signal();
        return new Signal() {
            @Override
            public void raise() {
                signal.raise();
            }

            @Override
            public void await() throws InterruptedException {
                signal.await();
            }

            @Override
            public boolean await(Duration timeout) throws InterruptedException {
                return signal.await(onRealClock(timeout));
            }
        };
    }

    private Duration onRealClock(Duration own) {
        return Duration.ofNanos((long) Math.ceil(own.toNanos() / speed));
    }
}
