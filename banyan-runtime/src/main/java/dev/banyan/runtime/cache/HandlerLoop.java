package dev.banyan.runtime.cache;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.env.Task;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One handler with a task and a buffer of its own: however slow it is, it delays nobody else and its buffer is bounded by the keys. */
final class HandlerLoop<S, T> implements ResourceHandler.Registration {
    private static final Logger LOG = LoggerFactory.getLogger(HandlerLoop.class);

    private final Env env;
    private final String name;
    private final ResourceHandler.OfBatches<S, T> handler;
    private final Runnable closed;
    private final Signal wake;
    private final ReentrantLock lock = new ReentrantLock();
    private final Coalescer<S, T> buffer = new Coalescer<>(); // guarded by lock
    private long delivered; // guarded by lock
    private Optional<Long> busySinceNanos = Optional.empty(); // guarded by lock
    private Optional<Task> task = Optional.empty(); // guarded by lock

    /** {@code closed} is called when the registration is. */
    HandlerLoop(Env env, String name, ResourceHandler.OfBatches<S, T> handler, Runnable closed) {
        this.env = env;
        this.name = name;
        this.handler = handler;
        this.closed = closed;
        this.wake = env.signal();
    }

    /** A handler of single events: one that fails does not take the rest of its batch with it. */
    static <S, T> ResourceHandler.OfBatches<S, T> oneByOne(String name, ResourceHandler<S, T> handler) {
        return batch -> batch.events().forEach(event -> tell(name, handler, event));
    }

    static <S, T> void tell(String name, ResourceHandler<S, T> handler, ResourceEvent<S, T> event) {
        try {
            handler.on(event);
        } catch (RuntimeException failed) {
            LOG.atError()
                    .addKeyValue("handler", name)
                    .addKeyValue("object", event.key())
                    .setCause(failed)
                    .log("handler failed");
        }
    }

    /** Called by the informer's task, which does not wait. */
    void offer(long revision, List<ResourceEvent<S, T>> events) {
        boolean news;
        lock.lock();
        try {
            buffer.add(revision, events);
            news = !buffer.isEmpty();
        } finally {
            lock.unlock();
        }
        if (news) {
            wake.raise();
        }
    }

    /** Starts telling; done once. */
    void start() {
        lock.lock();
        try {
            if (task.isEmpty()) {
                task = Optional.of(env.tasks().spawn(name, this::run));
            }
        } finally {
            lock.unlock();
        }
    }

    Optional<Task> task() {
        lock.lock();
        try {
            return task;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long delivered() {
        lock.lock();
        try {
            return buffer.isEmpty() && busySinceNanos.isEmpty() ? buffer.revision() : delivered;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int pending() {
        lock.lock();
        try {
            return buffer.size();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long coalesced() {
        lock.lock();
        try {
            return buffer.coalesced();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Duration busy() {
        lock.lock();
        try {
            return busySinceNanos.map(env.time()::since).orElse(Duration.ZERO);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        closed.run();
        task().ifPresent(Task::cancel);
    }

    private void run() throws InterruptedException {
        while (true) {
            wake.await();
            for (var batch = take(); !batch.events().isEmpty(); batch = take()) {
                deliver(batch);
                if (Thread.interrupted()) {
                    throw new InterruptedException("closed");
                }
            }
        }
    }

    private ResourceHandler.Batch<S, T> take() {
        lock.lock();
        try {
            var batch = buffer.drain();
            busySinceNanos = batch.events().isEmpty()
                    ? Optional.empty()
                    : Optional.of(env.time().nanos());
            return batch;
        } finally {
            lock.unlock();
        }
    }

    private void deliver(ResourceHandler.Batch<S, T> batch) {
        try {
            handler.on(batch);
        } catch (RuntimeException failed) {
            LOG.atError()
                    .addKeyValue("handler", name)
                    .addKeyValue(
                            "objects",
                            batch.events().stream()
                                    .map(ResourceEvent::key)
                                    .limit(3)
                                    .toList())
                    .setCause(failed)
                    .log("handler failed");
        }
        lock.lock();
        try {
            delivered = batch.revision();
        } finally {
            lock.unlock();
        }
    }
}
