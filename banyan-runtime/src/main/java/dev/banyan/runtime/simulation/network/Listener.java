package dev.banyan.runtime.simulation.network;

import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.simulation.SimulatedProcess;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;

/** Where a process accepts connections. It ends with its process. */
public final class Listener implements AutoCloseable {
    /** What a kernel keeps for a process that does not accept, as {@code somaxconn} once was; further attempts are not answered. */
    private static final int BACKLOG = 128;

    private final SimulatedNetwork network;
    private final SimulatedProcess process;
    private final int port;
    private final ArrayDeque<Connection> backlog = new ArrayDeque<>();
    private final Signal wake;
    private final Runnable processEnds = this::close;

    Listener(SimulatedNetwork network, SimulatedProcess process, int port) {
        this.network = network;
        this.process = process;
        this.port = port;
        this.wake = process.env().signal();
        process.onEnd(processEnds);
    }

    /** Where it listens. */
    public int port() {
        return port;
    }

    /** Waits at most {@code timeout} for the next connection. */
    public Optional<Connection> accept(Duration timeout) throws InterruptedException {
        var clock = process.env().time();
        long deadline = clock.nanos() + timeout.toNanos();
        while (backlog.isEmpty() && clock.nanos() < deadline) {
            wake.await(Duration.ofNanos(deadline - clock.nanos()));
        }
        return Optional.ofNullable(backlog.poll());
    }

    /** Refuses connections from now on and resets those that were not accepted yet; the others go on. */
    @Override
    public void close() {
        process.forget(processEnds);
        network.unlisten(this);
        backlog.forEach(Connection::reset);
        backlog.clear();
    }

    SimulatedProcess process() {
        return process;
    }

    boolean hasRoom() {
        return backlog.size() < BACKLOG;
    }

    void offer(Connection connection) {
        backlog.add(connection);
        wake.raise();
    }
}
