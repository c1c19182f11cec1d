package dev.banyan.runtime.env;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;

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

    /**
     * Waits until the process is told to end, by a signal or {@link System#exit}, and lets it end only when the calling thread has, so that
     * its try blocks close what they opened. For the main thread of a program that runs until then, once.
     *
     * @param atMost how long the process then waits for the calling thread
     */
    public void awaitShutdown(Duration atMost) throws InterruptedException {
        var caller = Thread.currentThread();
        var told = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            told.countDown();
            joinQuietly(caller, atMost);
        }));
        told.await();
    }

    private static void joinQuietly(Thread thread, Duration atMost) {
        try {
            thread.join(atMost.toMillis());
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
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
