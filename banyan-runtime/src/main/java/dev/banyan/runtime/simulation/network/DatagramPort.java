package dev.banyan.runtime.simulation.network;

import dev.banyan.runtime.env.Mailbox;
import dev.banyan.runtime.simulation.SimulatedProcess;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/** Where a process sends and receives datagrams. They arrive once, in order, or otherwise. It ends with its process. */
public final class DatagramPort implements AutoCloseable {
    /**
     * What came.
     *
     * @param fromHost who sent it
     * @param fromPort from where
     * @param message what was sent
     */
    public record Datagram(String fromHost, int fromPort, Object message) {}

    /** What a kernel keeps for a process that does not read; the rest is lost. */
    private static final int UNREAD_MAX = 256;

    private final SimulatedNetwork network;
    private final SimulatedProcess process;
    private final int port;
    private final Mailbox<Datagram> received;
    private final Runnable processEnds = this::close;

    DatagramPort(SimulatedNetwork network, SimulatedProcess process, int port) {
        this.network = network;
        this.process = process;
        this.port = port;
        this.received = process.env().mailbox(UNREAD_MAX);
        process.onEnd(processEnds);
    }

    /** Where it is. */
    public int port() {
        return port;
    }

    /** Sends a value that nobody changes any more. Nothing says whether it arrives. */
    public void send(String host, int toPort, Object message) {
        Objects.requireNonNull(message, "message");
        network.post(process.host(), host, toPort, new Datagram(process.host().name(), port, message));
    }

    /** Waits at most {@code timeout} for the next datagram. */
    public Optional<Datagram> receive(Duration timeout) throws InterruptedException {
        return received.poll(timeout);
    }

    @Override
    public void close() {
        process.forget(processEnds);
        network.unbind(this);
    }

    SimulatedProcess process() {
        return process;
    }

    /** False when it was lost since nobody reads. */
    boolean offer(Datagram datagram) {
        return received.offer(datagram);
    }
}
