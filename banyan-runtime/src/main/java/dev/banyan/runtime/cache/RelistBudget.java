package dev.banyan.runtime.cache;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Signal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What all informers of a process may spend on listing: lists are the dearest reads there are, and whatever makes one informer list makes
 * the others do so too. Hand one budget to all of them. First listings wait only for a free place; repeated ones are spread in time as
 * well. Thread-safe.
 */
public final class RelistBudget {
    private final Env env;
    private final int parallel;
    private final long spacingNanos;
    private final long creditNanos;
    private final ReentrantLock lock = new ReentrantLock();
    private final Queue<Signal> waiting = new ArrayDeque<>(); // guarded by lock
    private int running; // guarded by lock
    private long nextNanos; // guarded by lock

    private RelistBudget(Env env, int parallel, Duration spacing, int burst) {
        this.env = env;
        this.parallel = parallel;
        this.spacingNanos = spacing.toNanos();
        this.creditNanos = spacingNanos * (burst - 1);
        this.nextNanos = env.time().nanos() - creditNanos;
    }

    /**
     * At most {@code parallel} lists at a time, and repeated lists at most one each {@code spacing} after the first {@code burst}.
     *
     * @throws IllegalArgumentException when a number is below 1 or {@code spacing} is negative
     */
    public static RelistBudget of(Env env, int parallel, Duration spacing, int burst) {
        Objects.requireNonNull(env, "env");
        if (parallel < 1 || burst < 1 || spacing.isNegative()) {
            throw new IllegalArgumentException("a budget allows at least one list at a time and one at once, not "
                    + parallel + " and " + burst + " spaced by " + spacing);
        }
        return new RelistBudget(env, parallel, spacing, burst);
    }

    /**
     * What suits most processes: four lists at a time, beyond which etcd answers no faster, and repeated lists of four informers at once,
     * then one each 250 ms.
     */
    public static RelistBudget standard(Env env) {
        return of(env, 4, Duration.ofMillis(250), 4);
    }

    /** Waits until a list may begin; {@code again} when it is not the first of its informer. Whoever enters leaves. */
    void enter(boolean again) throws InterruptedException {
        if (again) {
            var delay = reserve();
            if (delay.isPositive()) {
                env.signal().await(delay);
            }
        }
        var turn = env.signal();
        while (!admitted(turn)) {
            try {
                turn.await();
            } catch (InterruptedException cancelled) {
                abandon(turn);
                throw cancelled;
            }
        }
    }

    void leave() {
        lock.lock();
        try {
            running--;
            wakeNext();
        } finally {
            lock.unlock();
        }
    }

    private Duration reserve() {
        lock.lock();
        try {
            long now = env.time().nanos();
            long earliest = now - creditNanos;
            nextNanos = nextNanos - earliest < 0 ? earliest : nextNanos;
            long delay = nextNanos - now;
            nextNanos += spacingNanos;
            return Duration.ofNanos(Math.max(0, delay));
        } finally {
            lock.unlock();
        }
    }

    private boolean admitted(Signal turn) {
        lock.lock();
        try {
            if (running < parallel) {
                running++;
                waiting.remove(turn);
                return true;
            }
            if (!waiting.contains(turn)) {
                waiting.add(turn);
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** A cancelled waiter may have been woken for a place that another can use. */
    private void abandon(Signal turn) {
        lock.lock();
        try {
            waiting.remove(turn);
            wakeNext();
        } finally {
            lock.unlock();
        }
    }

    private void wakeNext() {
        var next = waiting.peek();
        if (next != null && running < parallel) {
            next.raise();
        }
    }
}
