package dev.banyan.runtime.env;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The mailbox of production. */
final class BlockingMailbox<T> implements Mailbox<T> {
    private final ArrayBlockingQueue<T> queue;

    BlockingMailbox(int capacity) {
        queue = new ArrayBlockingQueue<>(capacity);
    }

    @Override
    public boolean offer(T value) {
        return queue.offer(value);
    }

    @Override
    public void put(T value) throws InterruptedException {
        queue.put(value);
    }

    @Override
    public T take() throws InterruptedException {
        return queue.take();
    }

    @Override
    public Optional<T> poll(Duration timeout) throws InterruptedException {
        return Optional.ofNullable(queue.poll(Math.max(0, timeout.toNanos()), TimeUnit.NANOSECONDS));
    }

    @Override
    public int size() {
        return queue.size();
    }
}
