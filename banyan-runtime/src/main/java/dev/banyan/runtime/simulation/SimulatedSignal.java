package dev.banyan.runtime.simulation;

import dev.banyan.runtime.env.Signal;
import java.time.Duration;

/** A signal whose waits pass the baton on. */
final class SimulatedSignal implements Signal {
    private final WaitingRoom waiting;
    private boolean raised;

    SimulatedSignal(Baton baton) {
        this.waiting = new WaitingRoom(baton);
    }

    @Override
    public void raise() {
        raised = true;
        waiting.changed();
    }

    @Override
    public void await() throws InterruptedException {
        waiting.await(() -> raised);
        raised = false;
    }

    @Override
    public boolean await(Duration timeout) throws InterruptedException {
        boolean there = waiting.await(() -> raised, timeout);
        raised = raised && !there;
        return there;
    }
}
