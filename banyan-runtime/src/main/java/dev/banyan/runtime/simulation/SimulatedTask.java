package dev.banyan.runtime.simulation;

import dev.banyan.runtime.env.Task;
import dev.banyan.runtime.env.TaskSpawner;
import dev.banyan.runtime.simulation.clock.HostClock;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;

/** A virtual thread that runs only while it holds the baton. Its state belongs to whoever holds the baton. */
final class SimulatedTask implements Task {
    /** Ends a thread that is not needed any more. Not an exception, so that code that recovers does not take it for a failure. */
    private static final class Unwound extends Error {
        private static final long serialVersionUID = 1L;

        Unwound() {
            super("the simulation is over", null, false, false);
        }
    }

    final SimulatedProcess process;
    final int id;
    boolean waiting;
    long wakeAt; // true time
    long deadline = Long.MAX_VALUE; // by the clock of its host

    private final Baton baton;
    private final String name;
    private final Thread thread;
    private final Semaphore turn = new Semaphore(0);
    private final Semaphore returned =
            new Semaphore(0); // its own, so that one that comes back too late disturbs no other
    private final Set<SimulatedTask> joiners = new LinkedHashSet<>();
    private boolean started;
    private boolean cancelled;
    private boolean outside; // it blocks where the simulation cannot see it
    private boolean unwinding;
    private boolean done;
    private Optional<Throwable> failure = Optional.empty();

    SimulatedTask(Baton baton, SimulatedProcess process, String name, int id, TaskSpawner.Body body) {
        this.baton = baton;
        this.process = process;
        this.name = name;
        this.id = id;
        this.thread = Thread.ofVirtual().name(name).unstarted(() -> run(body));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void cancel() {
        baton.guard();
        cancelled = true;
        if (started) {
            thread.interrupt();
            baton.wake(this);
        }
    }

    @Override
    public void join() throws InterruptedException {
        joinUntil(Long.MAX_VALUE);
    }

    @Override
    public boolean join(Duration timeout) throws InterruptedException {
        return joinUntil(baton.current().clock().nanos() + Math.max(0, timeout.toNanos()));
    }

    @Override
    public boolean done() {
        return done;
    }

    @Override
    public Optional<Throwable> failure() {
        return failure;
    }

    @Override
    public List<StackTraceElement> stack() {
        return List.of(thread.getStackTrace());
    }

    HostClock clock() {
        return process.host().clock();
    }

    boolean isCaller() {
        return thread.equals(Thread.currentThread());
    }

    /** Called by the driver: lets the thread run until it gives the baton back. */
    void runUntilGivenBack() throws InterruptedException {
        if (started) {
            turn.release();
        } else {
            started = true;
            thread.start();
        }
        returned.acquire();
    }

    /** Takes the baton back from the thread. */
    void giveBack() {
        returned.release();
    }

    /** Called by the task's own thread after it gave the baton back. */
    void awaitBaton() {
        turn.acquireUninterruptibly();
        throwIfUnwinding();
    }

    void throwIfUnwinding() {
        if (unwinding) {
            throw new Unwound();
        }
    }

    /** Called by the task's own thread at each blocking point that can be interrupted. */
    static void throwIfInterrupted() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("cancelled");
        }
    }

    /** Prepares the thread to end at its blocking point; false when there is nothing to end. */
    boolean unwind() {
        unwinding = true;
        return started && !done && !outside;
    }

    /** Leaves the thread alone from now on, since it runs though it is not its turn. */
    SimulationFailure blockedElsewhere(String how) {
        outside = true;
        var stack = Arrays.stream(thread.getStackTrace())
                .map(frame -> System.lineSeparator() + "    at " + frame)
                .collect(Collectors.joining());
        thread.interrupt(); // most blocking calls end by this, so that the thread does not outlive the test
        return new SimulationFailure("task " + name + " " + how + stack);
    }

    private void run(TaskSpawner.Body body) {
        try {
            if (cancelled) {
                Thread.currentThread().interrupt();
            }
            body.run();
        } catch (InterruptedException | Unwound ended) {
            failure = Optional.empty();
        } catch (Throwable escaped) {
            failure = Optional.of(escaped);
            process.taskFailed(this, escaped);
        } finally {
            done = true;
            joiners.forEach(baton::wake);
            giveBack();
        }
    }

    private boolean joinUntil(long latest) throws InterruptedException {
        var caller = baton.current();
        throwIfInterrupted();
        baton.yield(caller);
        throwIfInterrupted();
        while (!done && caller.clock().nanos() < latest) {
            joiners.add(caller);
            baton.sleepUntil(caller, latest);
            joiners.remove(caller);
            throwIfInterrupted();
        }
        return done;
    }
}
