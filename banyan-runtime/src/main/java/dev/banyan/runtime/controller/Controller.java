package dev.banyan.runtime.controller;

import dev.banyan.runtime.controller.RecordingStore.Call;
import dev.banyan.runtime.controller.RecordingStore.OwnWrites;
import dev.banyan.runtime.controller.Source.Trigger;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.RandomSource;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.env.Task;
import dev.banyan.runtime.manager.Component;
import dev.banyan.runtime.manager.Health;
import dev.banyan.runtime.queue.Backoff;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.WriteOutcome;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls a reconciler for the keys that its informers' events name. Thread-safe.
 *
 * <p><b>Expected flow.</b> One dispatcher task waits until all informers are synced, then starts a task for each due key, as many at a time as
 * {@code concurrency} allows. A reconcile that passes its deadline is interrupted and reported as stuck, with its stack, until it returns;
 * meanwhile nothing else runs for its key, and its place goes to another key, for as many as {@code concurrency} again. {@link #stop} takes no
 * more keys and lets running reconciles finish. Conditions of {@link Result.AwaitChange} are asked by a task of their own, outside the lock.
 *
 * <p><b>Assumptions.</b> The informers are started and stopped by whoever built them.
 */
public final class Controller implements Component {
    /** How long {@link #stop} lets running reconciles finish before it interrupts them. */
    public static final Duration STOP_GRACE = Duration.ofSeconds(10);

    /** How long a key waits until the caches show what it wrote. They are milliseconds behind; a cache cut off must not stop a key. */
    public static final Duration OWN_WRITES_MAX = Duration.ofSeconds(5);

    private static final Duration STOP_WAIT = Duration.ofSeconds(2);
    private static final Duration STOP_REST = Duration.ofSeconds(1); // for the dispatcher itself
    private static final Duration LOAD_PERIOD = Duration.ofSeconds(1);

    /** Characters of a failure that are kept for each failing key; its log line has it all. */
    private static final int ERROR_MAX = 300;

    private static final Logger LOG = LoggerFactory.getLogger(Controller.class);

    /**
     * A reconcile past its deadline that does not end.
     *
     * @param running how long it has been running
     * @param stack what it is doing, the innermost call first
     */
    public record Stuck(ObjectKey key, Duration running, List<StackTraceElement> stack) {
        public Stuck {
            stack = List.copyOf(stack);
        }
    }

    private final Env env;
    private final String name;
    private final List<Source<?, ?>> sources;
    private final Supplier<Call> calls;
    private final Duration resync;
    private final RandomSource jitter;
    private final SafeMetrics metrics;
    private final Signal wake;
    private final Source.Sink sink = new Events();
    private final ReentrantLock lock = new ReentrantLock();
    private final Schedule schedule; // guarded by lock
    private final Workers workers = new Workers();

    private long loadAt; // the dispatcher's task
    private boolean staleTold; // the dispatcher's task
    private volatile boolean reconciling; // written by the dispatcher's task
    private volatile boolean refresh; // written by anyone, cleared by the dispatcher's task
    private volatile boolean stopping; // written by whoever stops
    private volatile Optional<Task> dispatcher = Optional.empty(); // written by whoever starts

    Controller(ControllerBuilder builder, Function<Consumer<WriteOutcome>, Call> reconciler) {
        this.env = builder.env;
        this.name = builder.name;
        this.resync = builder.resync;
        this.jitter = env.random().fork("controller/" + name);
        this.metrics = new SafeMetrics(name, builder.metrics);
        this.calls = () -> reconciler.apply(metrics::committed);
        this.wake = env.signal();
        this.schedule = new Schedule(
                new Schedule.Limits(builder.concurrency, builder.deadline, OWN_WRITES_MAX),
                new Schedule.Rules(builder.mine, builder.ignoreOwnWrites),
                builder.queue.apply(builder.backoff.orElseGet(() -> Backoff.standard(jitter.fork("backoff")))));
        this.sources = List.copyOf(builder.sources);
    }

    /**
     * Starts to describe a controller.
     *
     * @throws IllegalArgumentException when {@code name} is blank
     */
    public static ControllerBuilder named(String name, Env env) {
        return new ControllerBuilder(name, env);
    }

    /** Makes keys due that something outside the informers has changed, such as a process that ended. */
    public void enqueue(Collection<ObjectKey> keys) {
        step(core -> core.changed(keys, env.time().nanos()));
        wake.raise();
    }

    /** Makes all keys due that the informers' objects name now and {@code which} holds for, such as keys that this process has taken over. */
    public void enqueueAll(Predicate<ObjectKey> which) {
        var keys = everything();
        keys.removeIf(which.negate());
        enqueue(keys);
    }

    /** The revision that every informer of this controller shows at least; 0 before all have their first listing. */
    public long appliedRevision() {
        long least = Long.MAX_VALUE;
        for (var source : sources) {
            least = Math.min(least, source.applied()); // asked for in every turn of the dispatcher
        }
        return least;
    }

    /** Looks at every key soon, as at a resync: for when it has become this controller's turn to care for them. */
    public void refresh() {
        refresh = true;
        wake.raise();
    }

    /** Why this key runs or does not: since when, when next, how often it failed and how. Any key may be asked for. */
    public KeyState describe(ObjectKey key) {
        return locked(core -> core.describe(key, env.time().nanos()));
    }

    /** Keys whose last run failed, and how it ended. They are tried again for ever. */
    public Map<ObjectKey, String> failing() {
        return locked(Schedule::failing);
    }

    /** Keys that cannot go on until something changes, with the reasons that their reconciles gave. */
    public Map<ObjectKey, String> stalled() {
        return locked(Schedule::stalled);
    }

    /** Reconciles past their deadline that do not end, in key order. */
    public List<Stuck> stuck() {
        var running = locked(core -> core.stuck(env.time().nanos()));
        return running.entrySet().stream()
                .map(entry -> new Stuck(entry.getKey(), entry.getValue(), workers.stack(entry.getKey())))
                .toList();
    }

    /** The informers it watches that nobody has started yet. */
    @Override
    public List<String> lacks() {
        return sources.stream()
                .filter(source -> !source.started())
                .map(Source::name)
                .toList();
    }

    /** Where its sources send events; they are attached when the controller is complete. */
    Source.Sink sink() {
        return sink;
    }

    @Override
    public String name() {
        return "controller/" + name;
    }

    @Override
    public void start() {
        if (dispatcher.isPresent()) {
            throw new IllegalStateException(
                    name() + " is started already; a controller runs once, build another one to run it again");
        }
        dispatcher = Optional.of(env.tasks().spawn(name(), this::dispatch));
    }

    @Override
    public void stop() {
        stopping = true;
        wake.raise();
        try {
            if (dispatcher.isPresent()
                    && !dispatcher.get().join(STOP_GRACE.plus(STOP_WAIT).plus(STOP_REST))) {
                LOG.atWarn().addKeyValue("controller", name).log("controller does not end");
                dispatcher.get().cancel();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ready while it reconciles, its caches are synced and fresh, and no reconcile is past its deadline. */
    @Override
    public Health health() {
        if (dispatcher.isEmpty() || dispatcher.get().done()) {
            return Health.notReady("not running");
        }
        var missing = sources.stream()
                .filter(source -> !source.synced())
                .map(source -> source.name() + (source.started() ? "" : " (never started)"))
                .toList();
        if (!missing.isEmpty()) {
            return Health.notReady("waiting for its informers: " + String.join(", ", missing));
        }
        var stale = sources.stream().filter(source -> !source.health().ready()).findFirst();
        if (stale.isPresent()) {
            return Health.notReady(
                    stale.get().name() + ": " + stale.get().health().detail());
        }
        var stuck = stuck();
        if (!stuck.isEmpty()) {
            return Health.notReady(
                    stuck.size() + " reconciles past their deadline, such as " + shown(stuck.getFirst()));
        }
        return Health.ready(locked(Controller::shown));
    }

    private void dispatch() throws InterruptedException {
        while (!stopping && !synced()) {
            wake.await();
        }
        reconciling = true;
        long resyncAt = env.time().nanos() + resyncPeriod();
        while (!stopping) {
            long now = env.time().nanos();
            if (refresh || resyncAt - now <= 0) {
                refresh = false;
                resync(now);
                resyncAt = now + resyncPeriod();
            }
            turn(now);
            wake.await(left(wakeAt(resyncAt)));
        }
        long until = env.time().nanos() + STOP_GRACE.toNanos();
        workers.finish(() -> left(until), () -> left(until + STOP_WAIT.toNanos()));
    }

    private Duration left(long untilNanos) {
        return Duration.ofNanos(untilNanos - env.time().nanos());
    }

    /** Everything that is due at {@code now}. */
    private void turn(long now) {
        workers.tidy();
        long applied = appliedRevision();
        locked(core -> core.applied(applied, now)).forEach(key -> stale(key, applied));
        ask(now);
        locked(core -> core.overdue(now)).forEach(this::interrupt);
        var start = locked(core -> core.next(now));
        while (start.isPresent()) {
            startWorker(start.get());
            start = locked(core -> core.next(now));
        }
        metrics.queued(locked(Schedule::depth));
        if (loadAt - now <= 0) {
            loadAt = now + LOAD_PERIOD.toNanos();
            metrics.load(locked(core -> core.load(now)));
        }
    }

    /** A cache of another store than the one that is written shows this for every write. */
    private void stale(ObjectKey key, long applied) {
        metrics.stale(key);
        if (!staleTold) {
            staleTold = true;
            LOG.atWarn()
                    .addKeyValue("controller", name)
                    .addKeyValue("object", key)
                    .addKeyValue("applied", applied)
                    .log("caches are late to show a write; if they never do, the informers are of another store");
        }
    }

    private void ask(long now) {
        locked(Schedule::abandonedAskers).forEach(workers::interruptAsker);
        locked(core -> core.hireAsker(now))
                .ifPresent(asker -> workers.addAsker(asker, env.tasks().spawn(name() + "/asks", () -> ask(asker))));
    }

    /** Asks until there is nothing to ask. One that hangs here is replaced by another task; see {@link Holds#hireAsker}. */
    private void ask(int asker) {
        var question = locked(core -> core.nextQuestion(asker, env.time().nanos()));
        while (question.isPresent() && !stopping) {
            var asked = question.get();
            boolean holds = asked.ask();
            step(core -> core.answered(asked, holds, env.time().nanos()));
            question = locked(core -> core.nextQuestion(asker, env.time().nanos()));
            wake.raise();
        }
    }

    private long wakeAt(long resyncAt) {
        long due = locked(core -> core.wakeAt().orElse(resyncAt));
        return due - resyncAt <= 0 ? due : resyncAt;
    }

    private void startWorker(Schedule.Start start) {
        var key = start.key();
        metrics.waited(start.lane(), start.waited());
        if (start.hot()) {
            metrics.hot(key);
            LOG.atWarn()
                    .addKeyValue("controller", name)
                    .addKeyValue("object", key)
                    .log("reconcile repeats though nothing changes, slowing it down");
        }
        var run = locked(core -> core.run(name, start));
        workers.add(key, env.tasks().spawn(name() + "/" + key.path(), () -> work(run)));
    }

    private void interrupt(ObjectKey key) {
        metrics.stuck(key);
        LOG.atWarn()
                .addKeyValue("controller", name)
                .addKeyValue("object", key)
                .addKeyValue("at", Workers.shown(workers.stack(key)))
                .log("reconcile passed its deadline");
        workers.interrupt(key);
    }

    private void work(ControllerMetrics.Run run) {
        var key = run.key();
        long started = env.time().nanos();
        var running = metrics.began(run);
        var call = calls.get();
        try {
            var result = Objects.requireNonNull(call.reconciler().reconcile(new Request(key)), "a reconciler's result");
            ended(running, ending(result), Optional.empty(), started);
            succeeded(key, result, call.written().get());
        } catch (InterruptedException interrupted) {
            ended(running, ControllerMetrics.Ending.INTERRUPTED, Optional.of(interrupted), started);
            failed(key, interrupted, call.written().get());
        } catch (Exception | Error failure) {
            ended(running, ControllerMetrics.Ending.FAILED, Optional.of(failure), started);
            failed(key, failure, call.written().get());
        } finally {
            wake.raise();
        }
    }

    /** Told before the key may run again: an observer never sees two reconciles of one key at once. */
    private void ended(
            ControllerMetrics.Running running,
            ControllerMetrics.Ending ending,
            Optional<Throwable> failure,
            long started) {
        metrics.ended(running, ending, failure);
        metrics.reconciled(ending, env.time().since(started));
    }

    private void succeeded(ObjectKey key, Result result, OwnWrites own) {
        var ended = new Schedule.Ended(result, own, env.time().now());
        int failures = locked(core -> core.succeeded(key, ended, env.time().nanos()));
        if (failures > 0) {
            LOG.atInfo()
                    .addKeyValue("controller", name)
                    .addKeyValue("object", key)
                    .addKeyValue("failures", failures)
                    .log("reconcile works again");
        }
    }

    /** One line per streak: the first failure tells what is wrong, the rest would only repeat it. */
    private void failed(ObjectKey key, Throwable failure, OwnWrites own) {
        var error = shown(failure);
        int failures = locked(core -> core.failed(key, error, own, env.time().nanos()));
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
            case Result.RequeueAt later -> ControllerMetrics.Ending.REQUEUED;
            case Result.Await await -> ControllerMetrics.Ending.AWAITING;
            case Result.AwaitChange await -> ControllerMetrics.Ending.AWAITING;
            case Result.Stalled stalled -> ControllerMetrics.Ending.STALLED;
        };
    }

    private void resync(long now) {
        var keys = everything();
        step(core -> core.resync(keys, now));
    }

    private Set<ObjectKey> everything() {
        var keys = new TreeSet<ObjectKey>();
        sources.forEach(source -> keys.addAll(source.everything(sink)));
        return keys;
    }

    /** Up to a tenth earlier or later, so that the controllers of one process do not resync together. */
    private long resyncPeriod() {
        return (long) (resync.toNanos() * (0.9 + 0.2 * jitter.nextDouble()));
    }

    private boolean synced() {
        return sources.stream().allMatch(Source::synced);
    }

    private <R> R locked(Function<Schedule, R> question) {
        lock.lock();
        try {
            return question.apply(schedule);
        } finally {
            lock.unlock();
        }
    }

    private void step(Consumer<Schedule> step) {
        lock.lock();
        try {
            step.accept(schedule);
        } finally {
            lock.unlock();
        }
    }

    /** What is going on, and of each kind of trouble how much and where. */
    private static String shown(Schedule core) {
        var line = new StringBuilder(core.running() + " running, " + core.depth() + " queued");
        line.append(", ").append(core.stalled().size()).append(" stalled");
        core.stalled().entrySet().stream().min(Map.Entry.comparingByKey()).ifPresent(first -> line.append(" such as ")
                .append(first));
        var failing = core.failing();
        failing.entrySet().stream().min(Map.Entry.comparingByKey()).ifPresent(first -> line.append(", ")
                .append(failing.size())
                .append(" failing such as ")
                .append(first));
        var hot = core.hot();
        return hot.isEmpty() ? line.toString() : line + ", " + hot.size() + " running hot such as " + hot.getFirst();
    }

    private static String shown(Throwable failure) {
        try {
            var text = failure.toString();
            return text.length() <= ERROR_MAX ? text : text.substring(0, ERROR_MAX) + "...";
        } catch (RuntimeException | StackOverflowError alsoFailed) {
            return failure.getClass().getName();
        }
    }

    private static String shown(Stuck stuck) {
        return stuck.key() + ", running for " + stuck.running() + " at " + Workers.shown(stuck.stack());
    }

    /** What the informers' tasks call. */
    private final class Events implements Source.Sink {
        @Override
        public void changed(Collection<ObjectKey> keys, Trigger trigger) {
            int merged = locked(core -> core.changed(keys, trigger, env.time().nanos()));
            if (merged > 0) {
                metrics.coalesced(merged);
            }
            wake.raise();
        }

        /** Progress is worth a turn until all informers are synced, and while a key waits for its caches. */
        @Override
        public void progressed() {
            if (!reconciling || locked(this::matters)) {
                wake.raise();
            }
        }

        private boolean matters(Schedule core) {
            core.cacheChanged();
            return core.awaitsCaches();
        }

        @Override
        public void handlerFailed(ObjectKey object) {
            metrics.handlerFailed(object);
        }
    }
}
