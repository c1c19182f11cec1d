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
        awaitUntil(condition, Long.MAX_VALUE);
    }

    /** Waits at most {@code timeout}; whether the condition holds. */
    boolean await(BooleanSupplier condition, Duration timeout) throws InterruptedException {
        return awaitUntil(condition, baton.time().nanos() + Math.max(0, timeout.toNanos()));
    }

    private boolean awaitUntil(BooleanSupplier condition, long deadline) throws InterruptedException {
        var task = baton.current();
        SimulatedTask.throwIfInterrupted();
        baton.yield(task);
        SimulatedTask.throwIfInterrupted();
        while (!condition.getAsBoolean() && baton.time().nanos() < deadline) {
            waiting.add(task);
            baton.sleep(task, deadline);
            waiting.remove(task);
            SimulatedTask.throwIfInterrupted();
        }
        return condition.getAsBoolean();
    }
}
