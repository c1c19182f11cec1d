package dev.banyan.runtime.simulation;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** Where tasks wait for a condition that other tasks make true. */
final class WaitingRoom {
    private final Baton baton;
    private final Set<SimulatedTask> waiting = new LinkedHashSet<>();

    WaitingRoom(Baton baton) {
        this.baton = baton;
    }

    /** Wakes all that wait; each looks at its condition again. */
    void changed() {
        baton.guard();
        List.copyOf(waiting).forEach(baton::wake);
    }

    /** Waits for {@code condition}; the baton passes on at least once, even when it holds already. */
    void await(BooleanSupplier condition) throws InterruptedException {
        awaitUntil(condition, baton.current(), Long.MAX_VALUE);
    }

    /** Waits at most {@code timeout} by the clock of the calling task's host; whether the condition holds. */
    boolean await(BooleanSupplier condition, Duration timeout) throws InterruptedException {
        var task = baton.current();
        return awaitUntil(condition, task, task.clock().nanos() + Math.max(0, timeout.toNanos()));
    }

    private boolean awaitUntil(BooleanSupplier condition, SimulatedTask task, long deadline)
            throws InterruptedException {
        SimulatedTask.throwIfInterrupted();
        baton.yield(task);
        SimulatedTask.throwIfInterrupted();
        while (!condition.getAsBoolean() && task.clock().nanos() < deadline) {
            waiting.add(task);
            baton.sleepUntil(task, deadline);
            waiting.remove(task);
            SimulatedTask.throwIfInterrupted();
        }
        return condition.getAsBoolean();
    }
}
