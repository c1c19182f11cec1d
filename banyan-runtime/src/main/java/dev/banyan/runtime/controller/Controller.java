package dev.banyan.runtime.controller;

import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.cache.ResourceEvent;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.RandomSource;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.env.Task;
import dev.banyan.runtime.manager.Component;
import dev.banyan.runtime.manager.Health;
import dev.banyan.runtime.queue.Backoff;
import dev.banyan.runtime.resource.ObjectKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls a reconciler for the keys that its informers' events name. Thread-safe.
 *
 * <p><b>Expected flow.</b> One dispatcher task waits until all informers are synced, then starts a task for each due key, as many at a time as
 * {@code concurrency} allows. A reconcile that passes its deadline is interrupted and reported as stuck until it returns; meanwhile nothing
 * else runs for its key. {@link #stop} takes no more keys and lets running reconciles finish.
 *
 * <p><b>Assumptions.</b> The informers are started and stopped by whoever built them.
 */
public final class Controller implements Component {
    /** How long {@link #stop} lets running reconciles finish before it interrupts them. */
    public static final Duration STOP_GRACE = Duration.ofSeconds(10);

    private static final Duration STOP_WAIT = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(Controller.class);

    /** One watched informer, its types forgotten. */
    private record Source(
            LongSupplier applied,
            Supplier<Boolean> synced,
            Supplier<Collection<ObjectKey>> everything,
            Consumer<Controller> attach) {}

    private final Env env;
    private final String name;
    private final List<Source> sources;
    private final Reconciler reconciler;
    private final Duration resync;
    private final RandomSource jitter;
    private final ControllerMetrics metrics;
    private final Signal wake;
    private final ReentrantLock lock = new ReentrantLock();
    private final Schedule schedule; // guarded by lock
    private final Map<ObjectKey, Task> workers = new TreeMap<>(); // the dispatcher's task

    private volatile boolean reconciling; // written by the dispatcher's task
    private volatile boolean stopping; // written by whoever stops
    private volatile Optional<Task> dispatcher = Optional.empty(); // written by whoever starts

    private Controller(Builder builder, Reconciler reconciler) {
        this.env = builder.env;
        this.name = builder.name;
        this.reconciler = reconciler;
        this.resync = builder.resync;
        this.jitter = env.random().fork("controller/" + name);
        this.metrics = builder.metrics;
        this.wake = env.signal();
        this.schedule = new Schedule(
                new Schedule.Limits(builder.concurrency, builder.deadline, builder.resync),
                builder.backoff.orElseGet(() -> Backoff.standard(jitter.fork("backoff"))));
        this.sources = List.copyOf(builder.sources);
    }

    /** Starts to describe a controller. */
    public static Builder named(String name, Env env) {
        return new Builder(name, env);
    }

    /** Makes keys due that something outside the informers has changed, such as a process that ended. */
    public void enqueue(Collection<ObjectKey> keys) {
        lock.lock();
        try {
            schedule.changed(keys, env.time().nanos());
        } finally {
            lock.unlock();
        }
        wake.raise();
    }

    /** Why this key is not running, or that it is, in one line. */
    public String describe(ObjectKey key) {
        return locked(core -> core.describe(key));
    }

    /** Keys that cannot go on until something changes, with the reasons that their reconciles gave. */
    public Map<ObjectKey, String> stalled() {
        return locked(Schedule::stalled);
    }

    @Override
    public String name() {
        return "controller/" + name;
    }

    @Override
    public void start() {
        if (dispatcher.isPresent()) {
            throw new IllegalStateException(name() + " is started already");
        }
        dispatcher = Optional.of(env.tasks().spawn(name(), this::dispatch));
    }

    @Override
    public void stop() {
        stopping = true;
        wake.raise();
        try {
            if (dispatcher.isPresent() && !dispatcher.get().join(STOP_GRACE.plus(STOP_WAIT))) {
                LOG.atWarn().addKeyValue("controller", name).log("controller does not end");
                dispatcher.get().cancel();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ready while it reconciles and no reconcile is past its deadline. */
    @Override
    public Health health() {
        if (dispatcher.isEmpty() || dispatcher.get().done()) {
            return Health.notReady("not running");
        }
        if (!synced()) {
            return Health.notReady("waiting for its informers");
        }
        var stuck = locked(Schedule::stuck);
        if (!stuck.isEmpty()) {
            return Health.notReady(stuck.size() + " reconciles past their deadline, such as " + stuck.getFirst());
        }
        return Health.ready(locked(core -> core.running() + " running, " + core.depth() + " queued, "
                + core.stalled().size() + " stalled"));
    }

    private void dispatch() throws InterruptedException {
        while (!stopping && !synced()) {
            wake.await();
        }
        reconciling = true;
        long resyncAt = env.time().nanos() + resyncPeriod();
        while (!stopping) {
            long now = env.time().nanos();
            if (resyncAt - now <= 0) {
                resync(now);
                resyncAt = now + resyncPeriod();
            }
            turn(now);
            wake.await(Duration.ofNanos(wakeAt(resyncAt) - env.time().nanos()));
        }
        finish();
    }

    /** Everything that is due at {@code now}. */
    private void turn(long now) {
        workers.values().removeIf(Task::done);
        var overdue = locked(core -> {
            core.applied(appliedRevision(), now);
            return core.overdue(now);
        });
        overdue.forEach(this::interrupt);
        var key = locked(core -> core.next(now));
        while (key.isPresent()) {
            startWorker(key.get());
            key = locked(core -> core.next(now));
        }
        metrics.queued(name, locked(Schedule::depth));
    }

    private long wakeAt(long resyncAt) {
        long due = locked(core -> core.wakeAt().orElse(resyncAt));
        return due - resyncAt <= 0 ? due : resyncAt;
    }

    private void startWorker(ObjectKey key) {
        workers.put(key, env.tasks().spawn(name() + "/" + key.path(), () -> work(key)));
    }

    private void interrupt(ObjectKey key) {
        metrics.stuck(name, key);
        LOG.atWarn().addKeyValue("controller", name).addKeyValue("object", key).log("reconcile passed its deadline");
        Optional.ofNullable(workers.get(key)).ifPresent(Task::cancel);
    }

    private void work(ObjectKey key) {
        long started = env.time().nanos();
        try {
            var result = Objects.requireNonNull(reconciler.reconcile(new Request(key)), "result");
            succeeded(key, result);
            metrics.reconciled(name, ending(result), env.time().since(started));
        } catch (InterruptedException interrupted) {
            failed(key, interrupted);
            metrics.reconciled(
                    name, ControllerMetrics.Ending.INTERRUPTED, env.time().since(started));
        } catch (Exception | Error failure) {
            failed(key, failure);
            metrics.reconciled(name, ControllerMetrics.Ending.FAILED, env.time().since(started));
        } finally {
            wake.raise();
        }
    }

    private void succeeded(ObjectKey key, Result result) {
        int failures = locked(core -> core.succeeded(key, result, env.time().nanos()));
        if (failures > 0) {
            LOG.atInfo()
                    .addKeyValue("controller", name)
                    .addKeyValue("object", key)
                    .addKeyValue("failures", failures)
                    .log("reconcile works again");
        }
    }

    /** One line per streak: the first failure tells what is wrong, the rest would only repeat it. */
    private void failed(ObjectKey key, Throwable failure) {
        int failures = locked(core -> core.failed(key, env.time().nanos()));
        if (failures == 1 && !stopping) {
            LOG.atWarn()
                    .addKeyValue("controller", name)
                    .addKeyValue("object", key)
                    .setCause(failure)
                    .log("reconcile failed, trying again");
        }
    }

    private static ControllerMetrics.Ending ending(Result result) {
        return switch (result) {
            case Result.Done done -> ControllerMetrics.Ending.DONE;
            case Result.RequeueAfter later -> ControllerMetrics.Ending.REQUEUED;
            case Result.Await await -> ControllerMetrics.Ending.AWAITING;
            case Result.Stalled stalled -> ControllerMetrics.Ending.STALLED;
        };
    }

    /** Nothing new is started; what runs gets the grace together, then is interrupted. */
    private void finish() throws InterruptedException {
        long until = env.time().nanos() + STOP_GRACE.toNanos();
        for (var worker : List.copyOf(workers.values())) {
            if (!worker.join(Duration.ofNanos(until - env.time().nanos()))) {
                worker.cancel();
            }
        }
        for (var worker : workers.values()) {
            if (!worker.join(STOP_WAIT)) {
                LOG.atWarn().addKeyValue("task", worker.name()).log("reconcile does not end");
            }
        }
    }

    private void resync(long now) {
        var keys = new TreeSet<ObjectKey>();
        for (var source : sources) {
            keys.addAll(source.everything().get());
        }
        locked(core -> {
            core.resync(keys, now);
            return true;
        });
    }

    /** Up to a tenth earlier or later, so that the controllers of one process do not resync together. */
    private long resyncPeriod() {
        return (long) (resync.toNanos() * (0.9 + 0.2 * jitter.nextDouble()));
    }

    private boolean synced() {
        return sources.stream().allMatch(source -> source.synced().get());
    }

    private long appliedRevision() {
        return sources.stream()
                .mapToLong(source -> source.applied().getAsLong())
                .min()
                .orElse(Long.MAX_VALUE);
    }

    private <R> R locked(Function<Schedule, R> step) {
        lock.lock();
        try {
            return step.apply(schedule);
        } finally {
            lock.unlock();
        }
    }

    /** Progress is worth a turn until all informers are synced, and while a key awaits a revision. */
    private void progressed() {
        if (!reconciling || locked(Schedule::awaitsRevision)) {
            wake.raise();
        }
    }

    private static <S, T> Source source(Informer<S, T> informer, EventMapper<S, T> mapper) {
        return new Source(informer::appliedRevision, informer::synced, () -> mapAll(informer, mapper), controller -> {
            informer.addDirectHandler(event -> controller.enqueue(mapper.map(event)));
            informer.addProgressListener(revision -> controller.progressed());
        });
    }

    private static <S, T> Collection<ObjectKey> mapAll(Informer<S, T> informer, EventMapper<S, T> mapper) {
        var keys = new ArrayList<ObjectKey>();
        for (var resource : informer.lister().list()) {
            try {
                keys.addAll(mapper.map(new ResourceEvent.Updated<>(resource, resource)));
            } catch (RuntimeException failed) {
                LOG.atError()
                        .addKeyValue("object", resource.key())
                        .setCause(failed)
                        .log("event mapper failed");
            }
        }
        return keys;
    }

    /** Describes a controller. Not thread-safe. */
    public static final class Builder {
        private final String name;
        private final Env env;
        private final List<Source> sources = new ArrayList<>();
        private int concurrency = 8;
        private Duration resync = Duration.ofSeconds(10);
        private Duration deadline = Duration.ofSeconds(30);
        private Optional<Backoff> backoff = Optional.empty();
        private Optional<Reconciler> reconciler = Optional.empty();
        private ControllerMetrics metrics = ControllerMetrics.NONE;

        private Builder(String name, Env env) {
            this.name = Objects.requireNonNull(name, "name");
            this.env = Objects.requireNonNull(env, "env");
        }

        /** Looks at what {@code mapper} names whenever an object of {@code informer} changes, and at every resync. */
        public <S, T> Builder watches(Informer<S, T> informer, EventMapper<S, T> mapper) {
            Objects.requireNonNull(informer, "informer");
            Objects.requireNonNull(mapper, "mapper");
            sources.add(source(informer, mapper));
            return this;
        }

        /** Most reconciles at a time, 1 to 1,024; 8 unless told. */
        public Builder concurrency(int newConcurrency) {
            if (newConcurrency < 1 || newConcurrency > 1024) {
                throw new IllegalArgumentException("concurrency is 1 to 1024, not " + newConcurrency);
            }
            this.concurrency = newConcurrency;
            return this;
        }

        /** How often every key is looked at though nothing happened, and the longest wait for a revision; 10 s unless told. */
        public Builder resync(Duration newResync) {
            this.resync = positive(newResync, "resync");
            return this;
        }

        /** How failing keys wait; 5 ms to 1 minute unless told. */
        public Builder backoff(Backoff newBackoff) {
            this.backoff = Optional.of(newBackoff);
            return this;
        }

        /** How long one reconcile may take before it is interrupted; 30 s unless told. */
        public Builder deadline(Duration newDeadline) {
            this.deadline = positive(newDeadline, "deadline");
            return this;
        }

        public Builder metrics(ControllerMetrics newMetrics) {
            this.metrics = Objects.requireNonNull(newMetrics, "newMetrics");
            return this;
        }

        public Builder reconciler(Reconciler newReconciler) {
            this.reconciler = Optional.of(newReconciler);
            return this;
        }

        /**
         * The controller, with its handlers added to the informers.
         *
         * @throws IllegalStateException without a reconciler or without anything watched
         */
        public Controller build() {
            if (sources.isEmpty()) {
                throw new IllegalStateException(name + " watches nothing");
            }
            var controller = new Controller(
                    this, reconciler.orElseThrow(() -> new IllegalStateException(name + " has no reconciler")));
            controller.sources.forEach(source -> source.attach().accept(controller));
            return controller;
        }

        private static Duration positive(Duration duration, String what) {
            if (!duration.isPositive()) {
                throw new IllegalArgumentException(what + " must be positive, not " + duration);
            }
            return duration;
        }
    }
}
