package dev.banyan.runtime.controller;

import dev.banyan.runtime.controller.RecordedEvent.Severity;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.env.Task;
import dev.banyan.runtime.manager.Component;
import dev.banyan.runtime.manager.Health;
import dev.banyan.runtime.resource.ObjectKey;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells people what controllers do. Recording never waits and never fails; a task of its own hands events to the sink. Equal events within a
 * window count up in one series, told at once and then at most every few seconds. Thread-safe.
 *
 * <p><b>Caveats.</b> Events are for people: when the sink fails or the process dies some are lost, and nothing is decided from them.
 */
public final class EventRecorder implements Component {
    /** Equal events within this time are one series. */
    public static final Duration WINDOW = Duration.ofMinutes(10);

    /** A series whose count grows is told again this often: a hot loop costs the store six writes a minute. */
    public static final Duration REPEAT = Duration.ofSeconds(10);

    private static final Duration STOP_WAIT = Duration.ofSeconds(3);

    private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);

    private final Env env;
    private final Consumer<RecordedEvent> sink;
    private final Signal wake;
    private final ReentrantLock lock = new ReentrantLock();
    private final EventAggregate aggregate = new EventAggregate(WINDOW, REPEAT); // guarded by lock

    private boolean failing; // the recorder's task
    private volatile boolean stopping; // written by whoever stops
    private volatile Optional<Task> task = Optional.empty(); // written by whoever starts

    /** A recorder that hands events to {@code sink}, which may block and may throw; it is called by one task. */
    public EventRecorder(Env env, Consumer<RecordedEvent> sink) {
        this.env = Objects.requireNonNull(env, "env");
        this.sink = Objects.requireNonNull(sink, "sink");
        this.wake = env.signal();
    }

    /** Records what went as expected. */
    public void normal(ObjectKey about, String reason, String message) {
        record(about, Severity.NORMAL, reason, message);
    }

    /** Records what someone may want to look at. */
    public void warning(ObjectKey about, String reason, String message) {
        record(about, Severity.WARNING, reason, message);
    }

    @Override
    public String name() {
        return "events";
    }

    @Override
    public void start() {
        if (task.isPresent()) {
            throw new IllegalStateException("events are recorded already");
        }
        task = Optional.of(env.tasks().spawn("events", this::run));
    }

    /** Hands over what is due and ends. */
    @Override
    public void stop() {
        stopping = true;
        wake.raise();
        try {
            if (task.isPresent() && !task.get().join(STOP_WAIT)) {
                task.get().cancel();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Always ready while it runs: events are a courtesy. */
    @Override
    public Health health() {
        return task.filter(running -> !running.done()).isPresent()
                ? Health.ready("recording")
                : Health.notReady("not running");
    }

    private void record(ObjectKey about, Severity severity, String reason, String message) {
        var wall = env.time().now();
        var event = new RecordedEvent(
                about, severity, reason, message, 1, wall, wall, env.entropy().uid());
        boolean soon;
        lock.lock();
        try {
            soon = aggregate.add(event, env.time().nanos());
        } finally {
            lock.unlock();
        }
        if (soon) {
            wake.raise();
        }
    }

    private void run() throws InterruptedException {
        while (!stopping) {
            due().forEach(this::tell);
            var next = nextDue();
            if (next.isPresent()) {
                wake.await(Duration.ofNanos(next.get() - env.time().nanos()));
            } else {
                wake.await();
            }
        }
        due().forEach(this::tell);
    }

    private void tell(RecordedEvent event) {
        try {
            sink.accept(event);
            failing = false;
        } catch (RuntimeException failed) {
            if (!failing) {
                LOG.atWarn()
                        .addKeyValue("object", event.about())
                        .setCause(failed)
                        .log("event could not be written");
            }
            failing = true;
        }
    }

    private List<RecordedEvent> due() {
        lock.lock();
        try {
            return aggregate.due(env.time().nanos());
        } finally {
            lock.unlock();
        }
    }

    private Optional<Long> nextDue() {
        lock.lock();
        try {
            return aggregate.nextDueNanos();
        } finally {
            lock.unlock();
        }
    }
}
