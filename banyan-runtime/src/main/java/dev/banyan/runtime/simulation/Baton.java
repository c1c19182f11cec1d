package dev.banyan.runtime.simulation;

import dev.banyan.runtime.env.RandomSource;
import dev.banyan.runtime.env.TaskSpawner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Lets one task run at a time. The driving thread picks a runnable task, hands it the baton and waits until it comes back.
 *
 * <p>All state belongs to whoever holds the baton; the semaphores that pass it on also make the state visible. Only {@link #running} and
 * {@link #giveUp} are for other threads.
 */
final class Baton {
    /** What a step costs in simulated time. More than zero, so that a loop that never waits does not stop time. */
    private static final long STEP_NANOS = 1_000;

    /** What the trace has for an event, where it has the number of a task. */
    private static final int HAPPENED = -1;

    private static final long NO_STEP = 0;
    private static final long GIVEN_UP = -1;

    private static final Comparator<SimulatedTask> BY_WAKE_TIME =
            Comparator.<SimulatedTask>comparingLong(task -> task.wakeAt).thenComparingInt(task -> task.id);

    private record Event(long atNanos, long number, Runnable what) {}

    private static final Comparator<Event> BY_TIME =
            Comparator.comparingLong(Event::atNanos).thenComparingLong(Event::number);

    private final TreeSet<Event> agenda = new TreeSet<>(BY_TIME);
    private final SimulatedTime time = new SimulatedTime();
    private final Trace trace = new Trace(time);
    private final RandomSource random;
    private final AtomicLong running = new AtomicLong(NO_STEP);
    private final List<SimulatedTask> tasks = new ArrayList<>();
    private final List<SimulatedTask> runnable = new ArrayList<>();
    private final TreeSet<SimulatedTask> sleeping = new TreeSet<>(BY_WAKE_TIME);
    private volatile @Nullable SimulatedTask current; // other threads look at it to be refused
    private long steps;
    private long events;

    Baton(RandomSource random) {
        this.random = random;
    }

    SimulatedTime time() {
        return time;
    }

    Trace trace() {
        return trace;
    }

    /** How often a task got the baton or an event happened. */
    long steps() {
        return steps;
    }

    /** Lets an event happen, gives the baton to one task until it blocks, or lets time jump. False when nothing can happen until {@code untilNanos}. */
    boolean step(long untilNanos) {
        wakeSleepers();
        if (!agenda.isEmpty() && agenda.first().atNanos() <= time.nanos()) {
            happen(agenda.removeFirst());
            return true;
        }
        if (!runnable.isEmpty()) {
            run(runnable.remove(random.nextInt(runnable.size())));
            time.advanceTo(time.nanos() + STEP_NANOS);
            return true;
        }
        long next = Math.min(
                sleeping.isEmpty() ? Long.MAX_VALUE : sleeping.first().wakeAt,
                agenda.isEmpty() ? Long.MAX_VALUE : agenda.first().atNanos());
        if (next > untilNanos || next == Long.MAX_VALUE) {
            return false;
        }
        time.advanceTo(next);
        return true;
    }

    /** Lets {@code what} happen {@code delay} from now, between two steps of tasks. */
    void after(Duration delay, Runnable what) {
        guard();
        agenda.add(new Event(time.nanos() + delay.toNanos(), events++, what));
    }

    private void happen(Event event) {
        trace.ran(HAPPENED);
        steps++;
        try {
            event.what().run();
        } catch (RuntimeException wrong) {
            throw new SimulationFailure("an event failed: " + wrong, wrong);
        }
    }

    SimulatedTask start(SimulatedProcess process, String name, TaskSpawner.Body body) {
        guard();
        var task = new SimulatedTask(this, process, name, tasks.size(), body);
        tasks.add(task);
        makeRunnable(task);
        return task;
    }

    /** Refuses threads that the simulation does not know: what they do cannot be repeated. */
    void guard() {
        var holder = current;
        if (holder != null && !holder.isCaller()) {
            throw new IllegalStateException(
                    "a thread outside the simulation touches its environment while task " + holder.name() + " runs");
        }
    }

    /** The task that runs, which must be the caller. */
    SimulatedTask current() {
        guard();
        var holder = current;
        if (holder == null) {
            throw new IllegalStateException("waiting in a simulated environment outside its tasks");
        }
        holder.throwIfUnwinding();
        return holder;
    }

    boolean inTask() {
        return current != null && current.isCaller();
    }

    /** Gives the baton back until a wake-up, or until the clock of its host shows {@code deadline}. */
    void sleepUntil(SimulatedTask task, long deadline) {
        task.deadline = deadline;
        sleep(task, task.clock().trueNanosAt(deadline));
        task.deadline = Long.MAX_VALUE;
    }

    /** Lets the calling task be away for a while of true time; outside tasks nothing happens. */
    void away(Duration duration) {
        if (inTask()) {
            var task = current();
            long until = time.nanos() + duration.toNanos();
            this.yield(task);
            while (time.nanos() < until) {
                sleep(task, until);
            }
        }
    }

    /** Tasks of {@code host} that wait for a moment on its clock wait for another moment of true time now. */
    void clockChanged(SimulatedHost host) {
        for (var task : tasks) {
            if (task.waiting
                    && task.deadline != Long.MAX_VALUE
                    && task.process.host().equals(host)
                    && task.process.condition() != SimulatedProcess.Condition.DEAD) {
                sleeping.remove(task);
                task.wakeAt = task.clock().trueNanosAt(task.deadline);
                if (task.wakeAt != Long.MAX_VALUE) {
                    sleeping.add(task);
                }
            }
        }
    }

    /** Gives the baton back until a wake-up, or until {@code wakeAt} in true time. */
    private void sleep(SimulatedTask task, long wakeAt) {
        task.waiting = true;
        task.wakeAt = wakeAt;
        if (wakeAt != Long.MAX_VALUE) {
            sleeping.add(task);
        }
        passOn(task);
    }

    /** Gives the baton back though the task could go on. */
    void yield(SimulatedTask task) {
        makeRunnable(task);
        passOn(task);
    }

    /** Ends the wait of a task; nothing happens to one that does not wait. */
    void wake(SimulatedTask task) {
        if (task.waiting) {
            sleeping.remove(task);
            task.waiting = false;
            makeRunnable(task);
        }
    }

    /** Keeps the runnable tasks of a process aside. */
    void freeze(SimulatedProcess process) {
        runnable.removeIf(task -> task.process == process && process.frozen.add(task));
    }

    /** Lets the tasks that were kept aside run again. */
    void thaw(SimulatedProcess process) {
        var tasksOfProcess = List.copyOf(process.frozen);
        process.frozen.clear();
        tasksOfProcess.forEach(this::makeRunnable);
    }

    /** The process's tasks never run again; one that runs now ends at its next blocking point. */
    void abandon(SimulatedProcess process) {
        runnable.removeIf(task -> task.process == process);
        sleeping.removeIf(task -> task.process == process);
        process.frozen.clear();
    }

    /** The step in which a task holds the baton just now; 0 when none does. */
    long running() {
        return Math.max(NO_STEP, running.get());
    }

    /** Ends the wait for the baton in {@code step}, unless it has come back. */
    void giveUp(long step) {
        var holder = current;
        if (holder != null && running.compareAndSet(step, GIVEN_UP)) {
            holder.giveBack();
        }
    }

    /** Unwinds every thread that is left, in the order of creation. */
    void close() {
        for (var task : List.copyOf(tasks)) {
            if (task.unwind()) {
                run(task);
            }
        }
    }

    private void makeRunnable(SimulatedTask task) {
        switch (task.process.condition()) {
            case RUNNING -> runnable.add(task);
            case PAUSED -> task.process.frozen.add(task);
            case DEAD -> {}
        }
    }

    private void wakeSleepers() {
        while (!sleeping.isEmpty() && sleeping.first().wakeAt <= time.nanos()) {
            wake(sleeping.first());
        }
    }

    private void passOn(SimulatedTask task) {
        task.giveBack();
        task.awaitBaton();
    }

    private void run(SimulatedTask task) {
        trace.ran(task.id);
        steps++;
        current = task;
        running.set(steps);
        try {
            task.runUntilGivenBack();
            if (!running.compareAndSet(steps, NO_STEP)) {
                throw task.blockedElsewhere("kept the baton for too long: it blocks or loops outside its environment");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw task.blockedElsewhere("had the baton when the thread that drives was interrupted");
        } finally {
            running.set(NO_STEP);
            current = null;
        }
    }
}
