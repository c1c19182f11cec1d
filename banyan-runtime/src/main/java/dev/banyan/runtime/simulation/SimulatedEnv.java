package dev.banyan.runtime.simulation;

import dev.banyan.runtime.env.Entropy;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Mailbox;
import dev.banyan.runtime.env.RandomSource;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.env.TaskSpawner;
import dev.banyan.runtime.env.TimeSource;

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
        return baton.time();
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
}
