package dev.banyan.agent.container.containerd.pull;

import dev.banyan.agent.container.ContainerException;
import dev.banyan.agent.container.PullProgress;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.env.Task;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells how far a pull is until it is closed. */
public final class PullWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PullWatch.class);

    /** What is faster needs no telling; a store that has fifty servers to hear is asked no more often. */
    static final Duration PACE = Duration.ofSeconds(1);

    private final Consumer<PullProgress> told;
    private final Task task;
    private final ReentrantLock lock = new ReentrantLock();
    private boolean closed; // guarded by lock, as each telling is

    private PullWatch(Env env, PullLook look, Consumer<PullProgress> told) {
        this.told = told;
        this.task = env.tasks().spawn("pull-progress", () -> watch(env.signal(), look));
    }

    /** Looks once a second from now on, the first time after one; {@code told} hears what was seen, and must not wait. */
    public static PullWatch begin(Env env, PullLook look, Consumer<PullProgress> told) {
        return new PullWatch(env, look, told);
    }

    private void watch(Signal never, PullLook look) throws InterruptedException {
        while (!never.await(PACE)) {
            seen(look).ifPresent(this::tell);
        }
    }

    private void tell(PullProgress progress) {
        lock.lock();
        try {
            if (!closed) {
                told.accept(progress);
            }
        } finally {
            lock.unlock();
        }
    }

    private static Optional<PullProgress> seen(PullLook look) throws InterruptedException {
        try {
            return look.now();
        } catch (ContainerException unanswered) {
            // The pull itself says what is wrong.
            LOG.atDebug().setCause(unanswered).log("cannot see how far a pull is");
            return Optional.empty();
        }
    }

    /** From here on nothing is told, also when the closing task is being cancelled itself. */
    @Override
    public void close() {
        end();
        task.cancel();
        try {
            task.join();
        } catch (InterruptedException cancelled) {
            // It notices at its next wait; the look that goes on has nobody to tell.
            Thread.currentThread().interrupt();
        }
    }

    private void end() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
    }
}
