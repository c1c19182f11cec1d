package dev.banyan.runtime.manager;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Task;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A component that is one task: whoever extends it says what the task does and how that goes; starting, stopping and the health of a task
 * that has ended are the same for all.
 *
 * <p><b>Guarantees.</b> The task runs from {@link #start} until it is stopped. {@link #stop} cancels it and waits for it, at most 5 s. A
 * task that ended, by an exception or by returning, is not ready and says why.
 */
public abstract class TaskComponent implements Component {
    /** A body that is cancelled ends at its next wait; killing a host command and taking a cut connection down take longest. */
    private static final Duration STOP_WAIT = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(TaskComponent.class);

    private final Env env;
    private final String name;
    private volatile Optional<Task> task = Optional.empty(); // written by whoever starts

    /** A component of this name, which is the task's as well. */
    protected TaskComponent(Env env, String name) {
        this.env = Objects.requireNonNull(env, "env");
        this.name = Objects.requireNonNull(name, "name");
    }

    /** What the task does, until it is cancelled: then a wait throws, and the exception is passed on. */
    protected abstract void run() throws InterruptedException;

    /** How the work goes, asked only while the task runs; by any thread at any time. */
    protected abstract Health working();

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final void start() {
        if (task.isPresent()) {
            throw new IllegalStateException(name + " is started already");
        }
        task = Optional.of(env.tasks().spawn(name, this::run));
    }

    /** Nothing happens when it was not started, or is stopped already. */
    @Override
    public final void stop() {
        task.ifPresent(running -> {
            running.cancel();
            try {
                if (!running.join(STOP_WAIT)) {
                    LOG.atWarn().addKeyValue("task", name).log("task does not end");
                }
            } catch (InterruptedException hurried) {
                Thread.currentThread().interrupt();
            }
        });
    }

    @Override
    public final Health health() {
        return task.map(this::health).orElseGet(() -> Health.notReady("not started"));
    }

    private Health health(Task running) {
        if (!running.done()) {
            return working();
        }
        return Health.notReady(
                running.failure().map(failure -> "failed: " + failure).orElse("stopped"));
    }
}
