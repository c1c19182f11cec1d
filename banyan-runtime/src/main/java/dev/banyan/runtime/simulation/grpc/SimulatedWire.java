package dev.banyan.runtime.simulation.grpc;

import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.simulation.fault.FaultKind;
import dev.banyan.runtime.simulation.fault.FaultPlan;
import dev.banyan.runtime.simulation.network.SimulatedNetwork;
import io.grpc.Deadline;
import io.grpc.ManagedChannel;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Calls of gRPC between the processes of a simulation. Its methods are called by the driver of the simulation or by its tasks, never by
 * other threads.
 *
 * <p><b>Expected flow.</b> {@link #serve} what a process offers at an address, give clients a {@link #channel} to it, run, and meanwhile
 * cut the network's ways, or kill and pause processes.
 */
public final class SimulatedWire {
    /** A connection breaks under a message, which is lost; asked for each message at {@code client>server}. */
    public static final FaultKind BROKEN = new FaultKind("wire-broken", 0.05);

    /** A frame, and all behind it, is up to six seconds late; asked for each at {@code from>to}. */
    public static final FaultKind LATE = new FaultKind("wire-late", 0.02);

    /** All that the wire does by itself. */
    public static final List<FaultKind> FAULTS = List.of(BROKEN, LATE);

    private final Ways ways;
    private final Map<String, Listening> listening = new LinkedHashMap<>();

    /** A wire over {@code network} that {@code faults} befall besides; cuts and latencies are the network's. */
    public SimulatedWire(Simulation simulation, SimulatedNetwork network, FaultPlan faults) {
        this.ways = new Ways(simulation.time(), network, faults);
    }

    /** Serves at {@code address} until {@code server} dies; whoever served there before serves no new connections. */
    public void serve(SimulatedProcess server, String address, ServedCalls served) {
        listening.put(address, new Listening(ways, server, served));
    }

    /**
     * A channel of {@code client} to {@code address}, which whoever asked for it shuts down. Deadlines of its calls are made by {@link
     * #deadline}.
     *
     * @param shown the certificates shown on the next connection, the client's own first; empty for none
     */
    public ManagedChannel channel(SimulatedProcess client, String address, Supplier<List<X509Certificate>> shown) {
        return new WireChannel(this, client, address, shown);
    }

    /** A deadline in simulated time. One that counts by the real clock would differ from run to run. */
    public Deadline deadline(Duration timeout) {
        return Deadline.after(timeout.toNanos(), TimeUnit.NANOSECONDS, new Deadline.Ticker() {
            @Override
            public long nanoTime() {
                return ways.nanos();
            }
        });
    }

    Ways ways() {
        return ways;
    }

    Optional<Listening> listening(String address) {
        return Optional.ofNullable(listening.get(address));
    }

    /** A process that serves. */
    record Listening(Ways ways, SimulatedProcess process, ServedCalls served) {
        void accept(Connection connection, List<X509Certificate> peer) {
            process.env().tasks().spawn("connection", () -> ServerEnd.serve(ways, connection, served, peer));
        }
    }
}
