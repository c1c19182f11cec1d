package dev.banyan.runtime.simulation;

import dev.banyan.runtime.env.Entropy;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Mailbox;
import dev.banyan.runtime.env.RandomSource;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.env.TaskSpawner;
import dev.banyan.runtime.env.TimeSource;
import java.time.Duration;

/** The environment of one simulated process. Its waits pass the baton on; its randomness and its entropy come from the seed. */
final class SimulatedEnv implements Env {
    private final SimulatedProcess process;
    private final Baton baton;
    private final RandomSource random;
    private final RandomSource entropy;

    SimulatedEnv(SimulatedProcess process, Baton baton, RandomSource random) {
        this.process = process;
        this.baton = baton;
        this.random = random;
        this.entropy = random.fork("entropy");
    }

    @Override
    public TimeSource time() {
        return process.host().clock();
    }

    @Override
    public RandomSource random() {
        return random;
    }

    @Override
    public Entropy entropy() {
        return length -> {
            var bytes = new byte[length];
            entropy.nextBytes(bytes);
            return bytes;
        };
    }

    @Override
    public TaskSpawner tasks() {
        return (name, body) -> baton.start(process, process.name() + ":" + name, body);
    }

    @Override
    public <T> Mailbox<T> mailbox(int capacity) {
        return new SimulatedMailbox<>(capacity, baton);
    }

    @Override
    public Signal signal() {
        return new SimulatedSignal(baton);
    }

    /** A signal whose waits pass the baton on. */
    private static final class SimulatedSignal implements Signal {
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
}
