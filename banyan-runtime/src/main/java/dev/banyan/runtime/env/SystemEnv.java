package dev.banyan.runtime.env;

import java.security.SecureRandom;
import java.time.Instant;

/** The surroundings of a production process: the system's clocks, a seed from the system, virtual threads. */
public final class SystemEnv implements Env {
    private final TimeSource time = new SystemTime();
    private final SecureRandom secure = new SecureRandom();
    private final RandomSource random = new SeededRandom(secure.nextLong());
    private final TaskSpawner tasks = new VirtualThreads();

    @Override
    public TimeSource time() {
        return time;
    }

    @Override
    public RandomSource random() {
        return random;
    }

    @Override
    public Entropy entropy() {
        return length -> {
            var bytes = new byte[length];
            secure.nextBytes(bytes);
            return bytes;
        };
    }

    @Override
    public TaskSpawner tasks() {
        return tasks;
    }

    @Override
    public <T> Mailbox<T> mailbox(int capacity) {
        return new BlockingMailbox<>(capacity);
    }

    @Override
    public Signal signal() {
        return new BlockingSignal();
    }

    private static final class SystemTime implements TimeSource {
        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public Instant now() {
            return Instant.now();
        }
    }
}
