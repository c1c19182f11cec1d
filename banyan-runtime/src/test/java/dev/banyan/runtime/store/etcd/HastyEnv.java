package dev.banyan.runtime.store.etcd;

import dev.banyan.runtime.env.Entropy;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Mailbox;
import dev.banyan.runtime.env.RandomSource;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.env.SystemEnv;
import dev.banyan.runtime.env.TaskSpawner;
import dev.banyan.runtime.env.TimeSource;
import java.time.Instant;

/** The system with a monotonic clock that runs several times as fast: patience measured by it ends sooner. Waits are real. */
final class HastyEnv implements Env {
    private final Env system = new SystemEnv();
    private final int factor;

    HastyEnv(int factor) {
        this.factor = factor;
    }

    @Override
    public TimeSource time() {
        return new TimeSource() {
            @Override
            public long nanos() {
                return system.time().nanos() * factor;
            }

            @Override
            public Instant now() {
                return system.time().now();
            }
        };
    }

    @Override
    public RandomSource random() {
        return system.random();
    }

    @Override
    public Entropy entropy() {
        return system.entropy();
    }

    @Override
    public TaskSpawner tasks() {
        return system.tasks();
    }

    @Override
    public <T> Mailbox<T> mailbox(int capacity) {
        return system.mailbox(capacity);
    }

    @Override
    public Signal signal() {
        return system.signal();
    }
}
