package dev.banyan.runtime.simulation.etcd;

import dev.banyan.runtime.env.RandomSource;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.simulation.fault.FaultPlan;
import dev.banyan.runtime.simulation.network.SimulatedNetwork;
import dev.banyan.runtime.store.etcd.EtcdConfig;
import dev.banyan.runtime.store.etcd.EtcdTransport;
import dev.banyan.runtime.store.etcd.wire.CompactionRequest;
import dev.banyan.runtime.store.etcd.wire.ResponseHeader;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A simulated cluster of etcd. Its methods are called by the driver of the simulation or by its tasks, never by other threads.
 *
 * <p><b>Expected flow.</b> Make one for a {@link Simulation}, connect an {@code EtcdStore} for each process over {@link #transport}, run,
 * and meanwhile {@link #kill}, {@link #lag}, {@link #loseLeader}, {@link #compact}, {@link #restore} or cut a link.
 */
public final class SimulatedEtcd {
    /** More members than any cluster has. */
    private static final int MEMBERS_MAX = 7;

    private static final int PORT = 2379;

    private final Simulation simulation;
    private final RandomSource random;
    private final List<Member> members;
    private final Map<List<Object>, Link> links = new LinkedHashMap<>();
    private final Map<SimulatedProcess, Link> observers = new LinkedHashMap<>();
    private final Keyspace keyspace = new Keyspace();
    private final Leases leases = new Leases(keyspace);
    private final EtcdModel model = new EtcdModel(keyspace, leases);
    private final Member observer;
    private EtcdFaults faults = EtcdFaults.NONE;
    private Optional<SimulatedNetwork> network = Optional.empty();
    private FaultPlan plan = FaultPlan.none(0);
    private long clusterId;
    private long term = 2;
    private long leaderFromNanos;
    private long committed;

    /** A cluster of {@code members}, all up, with an empty keyspace. An odd number, from 1 to 7. */
    public SimulatedEtcd(Simulation simulation, RandomSource random, int members) {
        if (members < 1 || members > MEMBERS_MAX || members % 2 == 0) {
            throw new IllegalArgumentException("a cluster has 1, 3, 5 or 7 members, not " + members);
        }
        this.simulation = simulation;
        this.random = random;
        this.clusterId = random.nextLong(Long.MAX_VALUE);
        this.members = new ArrayList<>();
        for (int index = 0; index < members; index++) {
            this.members.add(new Member(this, index, simulation.process("etcd-" + index)));
        }
        this.observer = new Member(this, Member.OBSERVER, simulation.process("etcd-observer"));
    }

    /** The addresses of all members. */
    public EtcdConfig config() {
        return EtcdConfig.of(IntStream.range(0, members.size())
                .mapToObj(SimulatedEtcd::endpoint)
                .toArray(String[]::new));
    }

    /** The way of {@code client} to all members. */
    public EtcdTransport transport(SimulatedProcess client) {
        return endpoint -> new SimulatedChannel(link(client, indexOf(endpoint)));
    }

    /**
     * Lets clients and members talk over {@code shared} from now on: its latencies, and each cut between a client's host and a member's.
     * Member n is on the host {@code etcd-n}.
     */
    public SimulatedEtcd over(SimulatedNetwork shared) {
        network = Optional.of(shared);
        shared.onHeal(() -> links.values().forEach(Link::changed));
        return this;
    }

    /** A way on which nothing goes wrong and no time passes, whatever the members do: to look at what is true. */
    public EtcdTransport observed(SimulatedProcess client) {
        return endpoint -> new SimulatedChannel(
                observers.computeIfAbsent(client, unused -> new Link(client, observer, random.fork("observer"))));
    }

    /** From now on messages are lost and streams break where {@code struck} says so, besides {@link #faults(EtcdFaults)}. */
    public void faults(FaultPlan struck) {
        plan = struck;
    }

    /** From now on calls fail as {@code likely} as this says. */
    public void faults(EtcdFaults likely) {
        faults = likely;
    }

    /** The newest revision. */
    public long revision() {
        return keyspace.revision();
    }

    /** How many requests have changed something. */
    public long committed() {
        return committed;
    }

    /** Ends a member like {@code kill -9}: its connections break, what was committed stays. */
    public void kill(int member) {
        members.get(member).kill();
    }

    /** Starts a member that was killed. It knows what it had seen. */
    public void start(int member) {
        members.get(member).start(simulation.process("etcd-" + member));
    }

    /** Lets a member learn of each revision {@code behind} later than the others. Reads through it that must be current take that longer. */
    public void lag(int member, Duration behind) {
        members.get(member).lag(behind);
    }

    /** Nobody leads for {@code duration}: commits and current reads wait, then fail, and what was under way may have landed. */
    public void loseLeader(Duration duration) {
        term++;
        leaderFromNanos = now() + duration.toNanos();
        members.forEach(Member::leaderLost);
    }

    /** Cuts the way of {@code client} to a member: nothing arrives and nothing says so, until {@link #heal}. */
    public void cut(SimulatedProcess client, int member) {
        link(client, member).cut();
    }

    /** Opens the way again. */
    public void heal(SimulatedProcess client, int member) {
        link(client, member).heal();
    }

    /** Forgets all history but the newest {@code keep} revisions. */
    public void compact(long keep) {
        long at = keyspace.revision() - keep;
        if (at > keyspace.compacted()) {
            model.compact(CompactionRequest.newBuilder().setRevision(at).build());
            members.forEach(Member::news);
            observer.news();
        }
    }

    /**
     * Takes the cluster back to what it was at {@code revision}, as restoring a snapshot does: all members restart.
     *
     * @param sameCluster whether it keeps its identity, as a restore with the old settings does
     * @throws IllegalArgumentException when the history does not reach back to it
     */
    public void restore(long revision, boolean sameCluster) {
        keyspace.cutBackTo(revision);
        clusterId = sameCluster ? clusterId : random.nextLong(Long.MAX_VALUE);
        term++;
        for (int index = 0; index < members.size(); index++) {
            kill(index);
            members.get(index).forgetAfter(revision);
            start(index);
        }
        observer.forgetAfter(revision);
    }

    /** Raises or lowers the alarm for a full database. */
    public void full(boolean alarm) {
        model.full(alarm);
    }

    long now() {
        return simulation.time().nanos();
    }

    Keyspace keyspace() {
        return keyspace;
    }

    Leases leases() {
        return leases;
    }

    EtcdModel model() {
        return model;
    }

    Optional<SimulatedNetwork> network() {
        return network;
    }

    EtcdFaults faults() {
        return faults;
    }

    FaultPlan plan() {
        return plan;
    }

    RandomSource random() {
        return random;
    }

    /** A majority is up and has agreed on a leader. */
    boolean leads() {
        long up = members.stream().filter(Member::up).count();
        return 2 * up > members.size() && now() >= leaderFromNanos;
    }

    /** Something was committed: every member learns of it in its own time. */
    void changed() {
        committed++;
        observer.news();
        members.forEach(Member::news);
    }

    ResponseHeader header(int member, long revision) {
        return ResponseHeader.newBuilder()
                .setClusterId(clusterId)
                .setMemberId(member + 1)
                .setRaftTerm(term)
                .setRevision(revision)
                .build();
    }

    private Link link(SimulatedProcess client, int member) {
        return links.computeIfAbsent(
                List.of(client, member), unused -> new Link(client, members.get(member), random.fork("link")));
    }

    private static String endpoint(int member) {
        return "http://etcd-" + member + ".simulated:" + PORT;
    }

    private static int indexOf(String endpoint) {
        var host = URI.create(endpoint).getHost();
        return Integer.parseInt(host.substring("etcd-".length(), host.indexOf('.')));
    }
}
