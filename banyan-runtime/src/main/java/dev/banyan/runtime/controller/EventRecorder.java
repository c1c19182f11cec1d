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
 * Tells people what controllers do. Recording never waits and never fails; a task of its own hands events to the sink, all that are due at
 * once. Equal events within a window count up in one series, told at once and then at most every few seconds; so do those of one object and
 * reason whose messages are all different, after the first few. What the sink did not take is
 * told again later. Thread-safe.
 *
 * <p><b>Caveats.</b> Events are for people: when there are too many or the process dies some are lost, and nothing is decided from them. A
 * message is shown to everybody who may read events, so it carries no environment values and no other secrets.
 */
public final class EventRecorder implements Component {
    /** Equal events within this time are one series. */
    public static final Duration WINDOW = Duration.ofMinutes(10);

    /** A series whose count grows is told again this often: a hot loop costs the store six writes a minute. */
    public static final Duration REPEAT = Duration.ofSeconds(10);

    /** Longest message in characters; the rest is cut off. With it the series kept stay below a few MiB. */
    public static final int MESSAGE_MAX = 1_000;

    private static final Duration STOP_WAIT = Duration.ofSeconds(3);

    private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);

    private final Env env;
    private final Consumer<List<RecordedEvent>> sink;
    private final Signal wake;
    private final ReentrantLock lock = new ReentrantLock();
    private final EventAggregate aggregate = new EventAggregate(WINDOW, REPEAT); // guarded by lock

    private boolean failing; // the recorder's task
    private volatile boolean stopping; // written by whoever stops
    private volatile Optional<Task> task = Optional.empty(); // written by whoever starts

    /**
     * A recorder that hands events to {@code sink}, which may block and is called by one task. When it throws, all of the list is handed
     * over again after {@link #REPEAT}, so the sink takes a series that it knows already.
     */
    public EventRecorder(Env env, Consumer<List<RecordedEvent>> sink) {
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
        return "recorder"; // the informer of event objects has the kind's name
    }

    @Override
    public void start() {
        if (task.isPresent()) {
            throw new IllegalStateException("events are recorded already");
        }
        task = Optional.of(env.tasks().spawn("recorder", this::run));
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
                about,
                severity,
                reason,
                bounded(message),
                1,
                wall,
                wall,
                env.entropy().uid());
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
            tell(due());
            var next = nextDue();
            if (next.isPresent()) {
                wake.await(Duration.ofNanos(next.get() - env.time().nanos()));
            } else {
                wake.await();
            }
        }
        tell(due());
    }

    private static String bounded(String message) {
        return message.length() <= MESSAGE_MAX ? message : message.substring(0, MESSAGE_MAX - 3) + "...";
    }

    private void tell(List<RecordedEvent> events) {
        if (events.isEmpty()) {
            return;
        }
        try {
            sink.accept(events);
            failing = false;
        } catch (RuntimeException failed) {
            if (!failing) {
                LOG.atWarn()
                        .addKeyValue("events", events.size())
                        .setCause(failed)
                        .log("events could not be written");
            }
            failing = true;
            tellAgain(events);
        }
    }

    private void tellAgain(List<RecordedEvent> events) {
        lock.lock();
        try {
            aggregate.untold(events);
        } finally {
            lock.unlock();
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
