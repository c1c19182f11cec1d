package dev.banyan.runtime.benchmark.micro;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.queue.Backoff;
import dev.banyan.runtime.queue.Lane;
import dev.banyan.runtime.queue.QueueOptions;
import dev.banyan.runtime.queue.SharedWorkQueue;
import io.kubernetes.client.extended.workqueue.DefaultRateLimitingQueue;
import io.kubernetes.client.extended.workqueue.DefaultWorkQueue;
import java.time.Duration;
import java.util.Optional;

/** The thread-safe work queue of a library. */
public interface KeyQueue {
    void add(Integer key);

    void addAfter(Integer key, Duration delay);

    /** Waits for the next key; empty when the queue is closed and nothing is left. */
    Optional<Integer> take() throws InterruptedException;

    void done(Integer key);

    void close();

    /** By the name of the library; {@code client-java-plain} has no delays and no thread of its own. */
    static KeyQueue of(String library, Env env) {
        return switch (library) {
            case "banyan" -> new Banyan(new SharedWorkQueue<>(QueueOptions.of(Backoff.standard(env.random())), env));
            case "client-java" -> new ClientJava(new DefaultRateLimitingQueue<>());
            case "client-java-plain" -> new ClientJavaPlain(new DefaultWorkQueue<>());
            default -> throw new IllegalArgumentException("no queue of " + library);
        };
    }

    /** Banyan's. */
    record Banyan(SharedWorkQueue<Integer> queue) implements KeyQueue {
        @Override
        public void add(Integer key) {
            queue.add(key, Lane.FRESH);
        }

        @Override
        public void addAfter(Integer key, Duration delay) {
            queue.addAfter(key, delay);
        }

        @Override
        public Optional<Integer> take() throws InterruptedException {
            return queue.take();
        }

        @Override
        public void done(Integer key) {
            queue.done(key);
        }

        @Override
        public void close() {
            queue.close();
        }
    }

    /** The queue that controllers of the official Java client use. */
    record ClientJava(DefaultRateLimitingQueue<Integer> queue) implements KeyQueue {
        @Override
        public void add(Integer key) {
            queue.add(key);
        }

        @Override
        public void addAfter(Integer key, Duration delay) {
            queue.addAfter(key, delay);
        }

        @Override
        public Optional<Integer> take() throws InterruptedException {
            return Optional.ofNullable(queue.get());
        }

        @Override
        public void done(Integer key) {
            queue.done(key);
        }

        @Override
        public void close() {
            queue.shutDown();
        }
    }

    /** What that one is built on. */
    record ClientJavaPlain(DefaultWorkQueue<Integer> queue) implements KeyQueue {
        @Override
        public void add(Integer key) {
            queue.add(key);
        }

        @Override
        public void addAfter(Integer key, Duration delay) {
            throw new IllegalStateException("the plain queue has no delays");
        }

        @Override
        public Optional<Integer> take() throws InterruptedException {
            return Optional.ofNullable(queue.get());
        }

        @Override
        public void done(Integer key) {
            queue.done(key);
        }

        @Override
        public void close() {
            queue.shutDown();
        }
    }
}
