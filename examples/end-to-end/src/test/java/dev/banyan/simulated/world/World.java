package dev.banyan.simulated.world;

import dev.banyan.agent.plane.Wire;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.simulation.campaign.Trial;
import dev.banyan.runtime.simulation.etcd.SimulatedEtcd;
import dev.banyan.runtime.simulation.grpc.SimulatedWire;
import dev.banyan.runtime.simulation.network.SimulatedNetwork;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** One trial's cluster. Made and looked at by whoever drives the simulation; lived in by its tasks. */
public final class World {
    /** A server on the link that no agent works on. */
    public static final String OUTSIDER = "outsider";

    private static final Set<String> RESTLESS = Set.of(".engines", ".sync");
    private static final int ENGINES_MAX = 2;
    private static final int AGENTS_MAX = 3;
    private static final Duration ENROLMENT = Duration.ofMinutes(1);

    private final Trial trial;
    private final Sabotage sabotage;
    private final int members;
    private final SimulatedNetwork network;
    private final SimulatedWire wire;
    private final SimulatedEtcd etcd;
    private final Wire plane;
    private final Chronicle chronicle;
    private final Fate fate;
    private final List<EngineProcess> engines = new ArrayList<>();
    private final List<AgentProcess> agents = new ArrayList<>();
    private Witness witness = Witness.NOBODY;

    /** A cluster as large as the trial draws it. */
    public World(Trial trial, Sabotage sabotage) {
        this.trial = trial;
        this.sabotage = sabotage;
        this.members = 1 + 2 * trial.size("etcd", 0, 1);
        this.network = new SimulatedNetwork(trial.simulation(), trial.faults());
        this.wire = new SimulatedWire(trial.simulation(), network, trial.faults());
        this.etcd = new SimulatedEtcd(trial.simulation(), trial.random("etcd"), members).over(network);
        this.plane = new Wire("192.0.2.0/24", note -> trial.simulation().trace().note("wire", note));
        var ignored = plane.server(OUTSIDER, "192.0.2.250", List::of);
        this.chronicle = new Chronicle(trial.simulation().process("chronicle"), etcd, World::restless);
        var enrolled = enroll(trial.size("agents", 1, AGENTS_MAX));
        etcd.faults(trial.faults());
        this.fate = new Fate(this);
        int count = trial.size("engines", 1, ENGINES_MAX);
        IntStream.rangeClosed(1, count).forEach(number -> engines.add(new EngineProcess(this, "e" + number)));
        enrolled.forEach((name, uid) ->
                agents.add(new AgentProcess(this, name, uid, new Machine(trial, plane, name, agents.size() + 1))));
        fate.begin();
        if (count > 1) {
            reached("two engines");
        }
    }

    /** What is written at rest: who lives, and signs of the store's history. */
    public static boolean restless(ObjectKey key) {
        return RESTLESS.contains(key.kind());
    }

    /** The trial. */
    public Trial trial() {
        return trial;
    }

    /** Counts a situation. */
    public void reached(String situation) {
        trial.reached(situation);
    }

    /** What is true in the store. */
    public Chronicle chronicle() {
        return chronicle;
    }

    /** What goes wrong. */
    public Fate fate() {
        return fate;
    }

    /** All engines. */
    public List<EngineProcess> engines() {
        return engines;
    }

    /** All agents. */
    public List<AgentProcess> agents() {
        return agents;
    }

    /** Has {@code looking} look at everything from now on. */
    public void witness(Witness looking) {
        witness = looking;
        chronicle.tell(looking);
    }

    Witness witness() {
        return witness;
    }

    Sabotage sabotage() {
        return sabotage;
    }

    /** What leads packets between all machines. */
    public Wire plane() {
        return plane;
    }

    SimulatedNetwork network() {
        return network;
    }

    SimulatedWire wire() {
        return wire;
    }

    SimulatedEtcd etcd() {
        return etcd;
    }

    int members() {
        return members;
    }

    Simulation simulation() {
        return trial.simulation();
    }

    /** Uids by name. */
    private Map<String, String> enroll(int count) {
        var uids = new LinkedHashMap<String, String>();
        simulation().runIn(simulation().process("operator"), ENROLMENT, () -> {
            enroll(count, uids);
        });
        return uids;
    }

    private void enroll(int count, Map<String, String> uids) {
        for (int number = 1; number <= count; number++) {
            var key = Kinds.AGENTS.key(ObjectKey.CLUSTER_SCOPE, "a" + number);
            var outcome = chronicle.commit(Commit.of(
                    new Write.Create(Draft.of(key, Kinds.AGENTS.spec().encode(AgentSpec.getDefaultInstance())))));
            if (!(outcome instanceof WriteOutcome.Written)) {
                throw new AssertionError("an agent was not enrolled: " + outcome);
            }
            uids.put("a" + number, chronicle.enrolled(key));
        }
    }
}
