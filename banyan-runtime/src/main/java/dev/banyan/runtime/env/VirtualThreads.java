package dev.banyan.runtime.env;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Every task is a virtual thread of its own. */
final class VirtualThreads implements TaskSpawner {
    private static final Logger LOG = LoggerFactory.getLogger(VirtualThreads.class);

    @Override
    public Task spawn(String name, Body body) {
        var failure = new AtomicReference<@Nullable Throwable>();
        var thread = Thread.ofVirtual().name(name).unstarted(() -> run(name, body, failure));
        thread.start();
        return new VirtualTask(name, thread, failure);
    }

    private static void run(String name, Body body, AtomicReference<@Nullable Throwable> failure) {
        try {
            body.run();
        } catch (InterruptedException cancelled) {
            Thread.currentThread().interrupt();
        } catch (Throwable escaped) {
            failure.set(escaped);
            LOG.atError().addKeyValue("task", name).setCause(escaped).log("task failed");
        }
    }

    private record VirtualTask(String name, Thread thread, AtomicReference<@Nullable Throwable> escaped)
            implements Task {
        @Override
        public void cancel() {
            thread.interrupt();
        }

        @Override
        public void join() throws InterruptedException {
            thread.join();
        }

        @Override
        public boolean join(Duration timeout) throws InterruptedException {
            return thread.join(timeout);
        }

        @Override
        public boolean done() {
            return !thread.isAlive();
        }

        @Override
        public Optional<Throwable> failure() {
            return Optional.ofNullable(escaped.get());
        }

        @Override
        public List<StackTraceElement> stack() {
            return List.of(thread.getStackTrace());
        }
    }
}
