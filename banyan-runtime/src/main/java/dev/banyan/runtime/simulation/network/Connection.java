package dev.banyan.runtime.simulation.network;

import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.simulation.SimulatedProcess;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One process's end of a connection: messages arrive whole, once, in order, until it ends. For tasks of that process; one of them receives at
 * a time.
 */
public final class Connection implements AutoCloseable {
    /** Messages under way in one direction: far more than any window, so that a sender that never looks is found. */
    public static final int IN_FLIGHT_MAX = 100_000;

    private final SimulatedProcess process;
    private final SimulatedNetwork network;
    private final String name;
    private final Signal wake;
    private final Runnable processEnds = this::processEnded;
    private final ArrayDeque<Object> inbox = new ArrayDeque<>();
    private @Nullable Connection peer;
    private @Nullable Stream outgoing;
    private Optional<String> broken = Optional.empty();
    private boolean ended; // the peer has closed
    private boolean closed; // here
    private boolean gone; // nothing here remembers it

    Connection(SimulatedNetwork network, SimulatedProcess process, String name) {
        this.network = network;
        this.process = process;
        this.name = name;
        this.wake = process.env().signal();
    }

    /** Joins two ends. */
    static void join(Connection client, Connection server) {
        client.to(server);
        server.to(client);
    }

    private void to(Connection other) {
        peer = other;
        outgoing = new Stream(this, other, network.way(process.host(), other.process.host()));
        process.onEnd(processEnds);
    }

    /** The host at the other end. */
    public String peerHost() {
        return peer().process.host().name();
    }

    /**
     * Sends a value that nobody changes any more. Never waits; that it arrives is not said.
     *
     * @throws SocketException when the connection is known to be broken or was closed here, or {@link #IN_FLIGHT_MAX} messages are under way
     */
    public void send(Object message) throws IOException {
        Objects.requireNonNull(message, "message");
        requireUsable();
        if (inFlight() >= IN_FLIGHT_MAX) {
            throw new SocketException(name + ": more than " + IN_FLIGHT_MAX + " messages under way");
        }
        network.struck(network.way(process.host(), peer().process.host()));
        outgoing().send(Optional.of(message));
    }

    /** How many messages were sent and have not arrived. */
    public int inFlight() {
        return outgoing().size();
    }

    /**
     * Waits at most {@code timeout} for the next message. What had arrived before the connection broke is still given.
     *
     * @throws SocketException when the connection is broken or was closed here
     */
    public Arrival receive(Duration timeout) throws IOException, InterruptedException {
        var clock = process.env().time();
        long deadline = clock.nanos() + timeout.toNanos();
        while (true) {
            var there = poll();
            long left = deadline - clock.nanos();
            if (there.isPresent() || left <= 0) {
                return there.orElseGet(Arrival.Nothing::new);
            }
            wake.await(Duration.ofNanos(left));
        }
    }

    /** What is there now: a message, or the end; empty when the connection goes on. Does not wait. */
    public Optional<Arrival> poll() throws IOException {
        if (!closed && !inbox.isEmpty()) {
            return Optional.of(new Arrival.Message(inbox.remove()));
        }
        requireUsable();
        return ended ? Optional.of(new Arrival.End()) : Optional.empty();
    }

    /** Whether it is known to have ended here: closed, broken, or closed by the other side. */
    public boolean isOver() {
        return closed || ended || broken.isPresent();
    }

    /** Closes in order: what was sent still arrives, then the end. Nothing happens when it is over. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            forget();
            if (broken.isEmpty()) {
                hangUp();
            }
            wake.raise();
        }
    }

    /** Breaks it: what is under way is lost, and the other side is told if the way is open. */
    public void reset() {
        if (!closed && broken.isEmpty()) {
            outgoing().drop();
            tellPeer("connection reset");
        }
        closed = true;
        forget();
        wake.raise();
    }

    /** True when a message would find nobody. */
    boolean isGone() {
        return gone;
    }

    /** A message has come, or the end. */
    void arrived(Optional<Object> message) {
        var way = network.way(peer().process.host(), process.host());
        if (way.strike(NetworkFaults.RESET).isPresent()) {
            peer().broken("connection reset");
            broken("connection reset");
        } else if (way.strike(NetworkFaults.HALF_OPEN).isPresent()) {
            broken("connection reset");
        } else {
            way.note(message.isPresent() ? "message arrives" : "end arrives");
            message.ifPresentOrElse(inbox::add, () -> ended = true);
            wake.raise();
        }
    }

    /** The other side does not know this connection. */
    void refusedBy(Connection other) {
        other.tellPeer("connection reset by peer");
    }

    void broken(String why) {
        if (broken.isEmpty() && !gone) {
            network.note(name + " breaks: " + why);
            broken = Optional.of(why);
            outgoing().drop();
            forget();
            wake.raise();
        }
    }

    private void hangUp() {
        if (inbox.isEmpty()) {
            outgoing().send(Optional.empty());
        } else {
            outgoing().drop();
            tellPeer("connection reset"); // so does a kernel when somebody closes without having read
        }
    }

    /** A reset is sent once: where the way is cut, the peer does not learn of it. */
    private void tellPeer(String why) {
        var way = network.way(process.host(), peer().process.host());
        var other = peer();
        way.simulation().after(way.delay(), () -> {
            if (way.isOpen()) {
                other.broken(why);
            }
        });
    }

    /** The kernel closes what a process leaves; one without power does not. */
    private void processEnded() {
        if (!closed && broken.isEmpty() && process.host().isUp()) {
            hangUp();
        } else if (!process.host().isUp()) {
            outgoing().drop();
        }
        gone = true;
    }

    private void forget() {
        gone = true;
        process.forget(processEnds);
    }

    private void requireUsable() throws SocketException {
        if (closed) {
            throw new SocketException(name + ": closed here");
        }
        if (broken.isPresent()) {
            throw new SocketException(name + ": " + broken.get());
        }
    }

    private Connection peer() {
        return Objects.requireNonNull(peer, "joined");
    }

    private Stream outgoing() {
        return Objects.requireNonNull(outgoing, "joined");
    }

    @Override
    public String toString() {
        return name;
    }
}
