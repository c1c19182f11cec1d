package dev.banyan.runtime.simulation.network;

import dev.banyan.runtime.env.RandomSource;
import dev.banyan.runtime.env.SeededRandom;
import dev.banyan.runtime.simulation.SimulatedHost;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.simulation.fault.FaultPlan;
import java.io.IOException;
import java.net.BindException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The network between the hosts of one simulation. Used by the driver of the simulation and by its tasks.
 *
 * <p><b>Expected flow.</b> Make one, {@link #listen} and {@link #connect} in tasks, and {@link #cut}, {@link #isolate} and {@link #heal} from
 * anywhere; or let the fault plan do that.
 */
public final class SimulatedNetwork {
    private static final Duration LATENCY_MAX = Duration.ofMillis(2);
    private static final Duration CUT_MIN = Duration.ofMillis(50);
    private static final Duration CUT_MAX = Duration.ofSeconds(20);

    /** An overtaken datagram is late by up to so many times the longest latency. */
    private static final int OVERTAKEN_FACTOR = 10;

    private record Place(SimulatedHost host, int port) {}

    private final Simulation simulation;
    private final FaultPlan faults;
    private final RandomSource random;
    private final Map<List<String>, Way> ways = new LinkedHashMap<>();
    private final Set<String> watched = new LinkedHashSet<>();
    private final Map<Place, Listener> listeners = new LinkedHashMap<>();
    private final Map<Place, DatagramPort> ports = new LinkedHashMap<>();
    private final Map<Way, Long> lastDatagram = new LinkedHashMap<>();
    private final List<Runnable> changeListeners = new ArrayList<>();
    private Duration latencyMax = LATENCY_MAX;

    /** A network in which {@code faults} says what goes wrong. Two of them in one simulation know nothing of each other. */
    public SimulatedNetwork(Simulation simulation, FaultPlan faults) {
        this.simulation = simulation;
        this.faults = faults;
        this.random = new SeededRandom(simulation.seed()).fork("network");
    }

    /** Sets the longest latency of every way, old and new; the shortest is a hundredth of it. 2 ms unless told. */
    public void latency(Duration most) {
        latencyMax = most;
        ways.values().forEach(way -> way.latency(most));
    }

    /** Sets the longest latency from one host to another. */
    public void latency(String from, String to, Duration most) {
        way(from, to).latency(most);
    }

    /**
     * Accepts connections for {@code process} from now on; {@code port} is its host's, from 1.
     *
     * @throws BindException when the port is taken
     */
    public Listener listen(SimulatedProcess process, int port) throws IOException {
        var place = new Place(process.host(), port);
        if (listeners.containsKey(place)) {
            throw new BindException(process.host().name() + ":" + port + " is taken");
        }
        var listener = new Listener(this, process, port);
        listeners.put(place, listener);
        return listener;
    }

    /**
     * Connects {@code process} to a listener, in its calling task, which waits at most {@code timeout}.
     *
     * @throws UnknownHostException when no host of that name was ever made
     * @throws java.net.ConnectException when nobody listens there
     * @throws java.net.SocketTimeoutException when nobody answers
     */
    public Connection connect(SimulatedProcess process, String host, int port, Duration timeout)
            throws IOException, InterruptedException {
        var there = host(host).orElseThrow(() -> new UnknownHostException(host));
        return new Attempt(this, process, there, port).connect(timeout);
    }

    /**
     * A place for datagrams of {@code process}; {@code port} is its host's, from 1.
     *
     * @throws BindException when the port is taken
     */
    public DatagramPort bind(SimulatedProcess process, int port) throws IOException {
        var place = new Place(process.host(), port);
        if (ports.containsKey(place)) {
            throw new BindException(process.host().name() + ":" + port + " is taken");
        }
        var made = new DatagramPort(this, process, port);
        ports.put(place, made);
        return made;
    }

    /** Cuts one way: nothing arrives any more, and nothing says so. The other way stays as it is. */
    public void cut(String from, String to) {
        way(from, to).cut();
    }

    /** Cuts both ways between each host of one group and each of the other. */
    public void partition(Collection<String> some, Collection<String> others) {
        for (var one : some) {
            for (var other : others) {
                cut(one, other);
                cut(other, one);
            }
        }
    }

    /** Cuts all ways from and to {@code host}. */
    public void isolate(String host) {
        partition(List.of(host), others(host));
    }

    /** Opens one way. */
    public void heal(String from, String to) {
        way(from, to).heal();
        changeListeners.forEach(Runnable::run);
    }

    /** Opens all ways. */
    public void heal() {
        List.copyOf(ways.values()).forEach(Way::heal);
        changeListeners.forEach(Runnable::run);
    }

    /** Whether what is sent now would arrive: the way is not cut, and both hosts are awake. For other models. */
    public boolean isOpen(String from, String to) {
        return way(from, to).isOpen();
    }

    /** How long a message takes this time, and what else happens to the way when it is sent. For other models. */
    public Duration delay(String from, String to) {
        var way = way(from, to);
        struck(way);
        return way.delay();
    }

    /** Tells {@code listener} when ways may be open again. For other models. */
    public void onHeal(Runnable listener) {
        changeListeners.add(listener);
    }

    Simulation simulation() {
        return simulation;
    }

    Way way(SimulatedHost from, SimulatedHost to) {
        watch(from);
        watch(to);
        return ways.computeIfAbsent(List.of(from.name(), to.name()), this::newWay);
    }

    Optional<Listener> listener(SimulatedHost host, int port) {
        return Optional.ofNullable(listeners.get(new Place(host, port)));
    }

    boolean listens(Listener listener) {
        return listeners.containsValue(listener);
    }

    void unlisten(Listener listener) {
        listeners.values().remove(listener);
    }

    void unbind(DatagramPort port) {
        ports.values().remove(port);
    }

    /** Sends a datagram to wherever it may come. */
    void post(SimulatedHost from, String host, int port, DatagramPort.Datagram datagram) {
        var there = host(host);
        if (there.isEmpty()) {
            return;
        }
        var way = way(from, there.get());
        struck(way);
        if (way.strike(NetworkFaults.LOST).isPresent()) {
            way.note("datagram lost");
            return;
        }
        post(way, port, datagram);
        if (way.strike(NetworkFaults.DOUBLED).isPresent()) {
            way.note("datagram doubled");
            post(way, port, datagram);
        }
    }

    void note(String what) {
        simulation.trace().note("network", what);
    }

    /** In order, unless it is struck. */
    private void post(Way way, int port, DatagramPort.Datagram datagram) {
        long now = simulation.time().nanos();
        var overtaken = way.strike(NetworkFaults.OVERTAKEN);
        long arrives = now + way.delay().toNanos();
        if (overtaken.isPresent()) {
            long late = latencyMax.multipliedBy(OVERTAKEN_FACTOR).toNanos();
            arrives += late == 0 ? 0 : overtaken.get().nextLong(late);
        } else {
            arrives = Math.max(arrives, lastDatagram.getOrDefault(way, 0L));
            lastDatagram.put(way, arrives);
        }
        simulation.after(Duration.ofNanos(arrives - now), () -> deliver(way, port, datagram));
    }

    private void deliver(Way way, int port, DatagramPort.Datagram datagram) {
        var there = ports.get(new Place(way.to(), port));
        boolean heard = way.isOpen() && there != null && there.offer(datagram);
        way.note(heard ? "datagram arrives" : "datagram finds nobody");
    }

    /** Lets the plan cut something, as it may whenever something is sent. */
    void struck(Way way) {
        way.strike(NetworkFaults.CUT).ifPresent(drawn -> way.cutFor(cutTime(drawn)));
        way.strike(NetworkFaults.ISOLATED).ifPresent(drawn -> {
            var time = cutTime(drawn);
            for (var other : others(way.to().name())) {
                way(way.to().name(), other).cutFor(time);
                way(other, way.to().name()).cutFor(time);
            }
        });
    }

    private static Duration cutTime(RandomSource drawn) {
        return CUT_MIN.plusNanos(drawn.nextLong(CUT_MAX.minus(CUT_MIN).toNanos()));
    }

    private List<String> others(String host) {
        return simulation.hosts().stream()
                .map(SimulatedHost::name)
                .filter(other -> !other.equals(host))
                .toList();
    }

    private Way way(String from, String to) {
        return way(simulation.host(from), simulation.host(to));
    }

    private Way newWay(List<String> ends) {
        var drawn = random.fork("way/" + ends.get(0) + ">" + ends.get(1));
        return new Way(simulation.host(ends.get(0)), simulation.host(ends.get(1)), faults, drawn, latencyMax);
    }

    private Optional<SimulatedHost> host(String name) {
        return simulation.hosts().stream()
                .filter(host -> host.name().equals(name))
                .findFirst();
    }

    private void watch(SimulatedHost host) {
        if (watched.add(host.name())) {
            host.onAwake(this::hostAwake);
        }
    }

    private void hostAwake() {
        List.copyOf(ways.values()).forEach(Way::changed);
        changeListeners.forEach(Runnable::run);
    }
}
