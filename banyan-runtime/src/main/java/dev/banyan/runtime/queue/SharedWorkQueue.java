package dev.banyan.runtime.queue;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Signal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongPredicate;

/**
 * A {@link WorkQueue} that several threads fill and several workers empty. Thread-safe.
 *
 * <p><b>Expected flow.</b> A worker loops: {@link #take}, work, {@link #forget} or {@link #retry}, {@link #done}. {@link #close} takes nothing
 * more in; workers go on until nothing is due, then each gets an empty {@code take} and ends. Keys that wait for a time are
 * dropped at the close: nobody waits a minute for a retry when a process ends.
 */
public final class SharedWorkQueue<K> implements AutoCloseable {
    private final Env env;
    private final ReentrantLock lock = new ReentrantLock();
    private final WorkQueue<K> queue; // guarded by lock
    private final ArrayDeque<Signal> idle = new ArrayDeque<>(); // guarded by lock; workers that wait
    private boolean closed; // guarded by lock

    /** An empty queue. */
    public SharedWorkQueue(QueueOptions<K> options, Env env) {
        this.queue = new WorkQueue<>(options);
        this.env = Objects.requireNonNull(env, "env");
    }

    /** See {@link WorkQueue#add(Object, Lane, long)}; after the close nothing happens. */
    public void add(K key, Lane lane) {
        change(now -> queue.add(key, lane, now));
    }

    /** See {@link WorkQueue#addAfter}; after the close nothing happens. */
    public void addAfter(K key, Duration delay) {
        change(now -> {
            queue.addAfter(key, delay, now);
            return true;
        });
    }

    /** See {@link WorkQueue#retry}; after the close nothing happens. */
    public void retry(K key) {
        change(now -> {
            queue.retry(key, now);
            return true;
        });
    }

    /** See {@link WorkQueue#forget}. */
    public void forget(K key) {
        lock.lock();
        try {
            queue.forget(key);
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the next due key; empty when the queue is closed and nothing is left to do. */
    public Optional<K> take() throws InterruptedException {
        Optional<Signal> wakeUp = Optional.empty(); // most calls find a key and wait for nothing
        while (true) {
            OptionalLong due;
            lock(wakeUp);
            try {
                wakeUp.ifPresent(idle::remove);
                var key = queue.take(env.time().nanos());
                if (key.isPresent() || drained()) {
                    return key;
                }
                wakeUp = wakeUp.or(() -> Optional.of(env.signal()));
                idle.add(wakeUp.get());
                due = queue.nextDueNanos();
            } finally {
                lock.unlock();
            }
            await(wakeUp.get(), due);
        }
    }

    /**
     * See {@link WorkQueue#done}.
     *
     * @throws IllegalStateException when the key is not running
     */
    public void done(K key) {
        lock.lock();
        try {
            queue.done(key, env.time().nanos());
            if (closed || queue.due() > 0) {
                wakeNext();
            }
        } finally {
            lock.unlock();
        }
    }

    /** See {@link WorkQueue#describe}. */
    public WorkQueue.Description describe(K key) {
        lock.lock();
        try {
            return queue.describe(key);
        } finally {
            lock.unlock();
        }
    }

    /** See {@link WorkQueue#load}. */
    public WorkQueue.Load load() {
        lock.lock();
        try {
            return queue.load(env.time().nanos());
        } finally {
            lock.unlock();
        }
    }

    /** Takes nothing more in. Does not wait for what is left. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            idle.forEach(Signal::raise);
            idle.clear();
        } finally {
            lock.unlock();
        }
    }

    private void change(LongPredicate step) {
        lock.lock();
        try {
            if (!closed && step.test(env.time().nanos())) {
                wakeNext();
            }
        } finally {
            lock.unlock();
        }
    }

    /** One change makes at most one key due, so it wakes one worker. */
    private void wakeNext() {
        if (closed) {
            idle.forEach(Signal::raise);
            idle.clear();
        } else if (!idle.isEmpty()) {
            idle.remove().raise();
        }
    }

    private boolean drained() {
        return closed && queue.due() == 0;
    }

    /** A worker that is interrupted on its way back from a wake-up has one to hand on. */
    private void lock(Optional<Signal> wakeUp) throws InterruptedException {
        try {
            lock.lockInterruptibly();
        } catch (InterruptedException interrupted) {
            wakeUp.ifPresent(this::leave);
            throw interrupted;
        }
    }

    private void await(Signal signal, OptionalLong due) throws InterruptedException {
        try {
            if (due.isPresent()) {
                signal.await(Duration.ofNanos(due.getAsLong() - env.time().nanos()));
            } else {
                signal.await();
            }
        } catch (InterruptedException interrupted) {
            leave(signal);
            throw interrupted;
        }
    }

    /** A wake-up that this worker got and cannot use belongs to another. */
    private void leave(Signal signal) {
        lock.lock();
        try {
            if (!idle.remove(signal)) {
                wakeNext();
            }
        } finally {
            lock.unlock();
        }
    }
}
