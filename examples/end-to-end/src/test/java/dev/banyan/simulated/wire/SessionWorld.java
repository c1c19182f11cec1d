package dev.banyan.simulated.wire;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.kinds.Labels;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.api.v1.AgentStatus;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.SimulatedProcess.Condition;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.simulation.campaign.Trial;
import dev.banyan.runtime.simulation.etcd.SimulatedEtcd;
import dev.banyan.runtime.simulation.grpc.SimulatedWire;
import dev.banyan.runtime.simulation.network.SimulatedNetwork;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import dev.banyan.runtime.store.etcd.EtcdStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Two engines over one etcd, and agents with sessions. What must always hold is checked at every revision. */
final class SessionWorld {
    private static final Duration ENROLMENT = Duration.ofMinutes(1);
    private static final String TASK = "task-of-";

    private final Trial trial;
    private final SimulatedNetwork network;
    private final SimulatedWire wire;
    private final SimulatedEtcd etcd;
    private final int members;
    private final Ledger ledger;
    private final Judgements judgements;
    private final Laws laws;
    private final Path disk;
    private final UnaryOperator<Store> engineStores;
    private final List<WorldEngine> engines = new ArrayList<>();
    private final List<WorldAgent> agents = new ArrayList<>();
    private final Map<String, String> taskUids = new HashMap<>();
    private final Map<SimulatedProcess, Long> asleep = new HashMap<>();
    private final Set<Integer> deadMembers = new HashSet<>();
    private int clones;

    SessionWorld(Trial trial, Path disk) {
        this(trial, disk, store -> store);
    }

    /** The same with {@code engineStores} between each engine and etcd. */
    SessionWorld(Trial trial, Path disk, UnaryOperator<Store> engineStores) {
        this.trial = trial;
        this.engineStores = engineStores;
        this.disk = disk;
        this.network = new SimulatedNetwork(trial.simulation(), trial.faults());
        this.wire = new SimulatedWire(trial.simulation(), network, trial.faults());
        this.members = 1 + 2 * trial.size("etcd", 0, 1);
        this.etcd = new SimulatedEtcd(trial.simulation(), trial.random("etcd"), members).over(network);
        this.judgements = new Judgements(trial.simulation().time());
        this.laws = new Laws(trial, judgements);
        this.ledger = new Ledger(trial.simulation().process("ledger"), etcd, laws::check);
        laws.over(ledger);
        var names = Stream.of("a1", "a2").limit(trial.size("agents", 1, 2)).toList();
        simulation().runIn(simulation().process("operator"), ENROLMENT, () -> prepare(names));
        etcd.faults(trial.faults());
        for (var name : engineNames()) {
            engines.add(new WorldEngine(this, name));
        }
        for (var name : names) {
            agents.add(new WorldAgent(this, name, name, disk.resolve(trial.seed() + name)));
        }
    }

    private void prepare(List<String> names) {
        var truth = ledger.etcd();
        names.forEach(name -> enrol(name));
        for (var share : ShareWriter.keys()) {
            var ignored = truth.commit(Commit.of(new Write.Create(Draft.of(share, Bytes.EMPTY))));
        }
    }

    private void enrol(String name) {
        var truth = ledger.etcd();
        var agent = Draft.of(agentKey(name), Kinds.AGENTS.spec().encode(AgentSpec.getDefaultInstance()));
        var task = Draft.of(taskOf(name), Kinds.TASKS.spec().encode(TaskSpec.getDefaultInstance()))
                .labelled(Map.of(Labels.AGENT, name));
        var ignored = truth.commit(new Commit(List.of(), List.of(new Write.Create(agent), new Write.Create(task))));
        taskUids.put(
                name,
                truth.get(taskOf(name), ReadAt.LATEST).orElseThrow().meta().uid());
    }

    Trial trial() {
        return trial;
    }

    Simulation simulation() {
        return trial.simulation();
    }

    SimulatedWire wire() {
        return wire;
    }

    SimulatedNetwork network() {
        return network;
    }

    Judgements judgements() {
        return judgements;
    }

    List<WorldEngine> engines() {
        return engines;
    }

    List<WorldAgent> agents() {
        return agents;
    }

    String[] engineNames() {
        return new String[] {"e1", "e2"};
    }

    List<String> hosts() {
        return Stream.concat(Stream.of(engineNames()), agents.stream().map(WorldAgent::name))
                .toList();
    }

    String taskUid(String agent) {
        return taskUids.getOrDefault(agent, "");
    }

    static ObjectKey taskOf(String agent) {
        return Kinds.TASKS.key("default", TASK + agent);
    }

    static String agentOf(ObjectKey task) {
        return task.name().substring(TASK.length());
    }

    SimulatedEtcd etcd() {
        return etcd;
    }

    /** What a process of an engine takes for its store. */
    Store storeOf(SimulatedProcess engine) {
        return engineStores.apply(EtcdStore.connect(etcd.config(), etcd.transport(engine), engine.env()));
    }

    Laws laws() {
        return laws;
    }

    /** All ways between the host and etcd are open, or none. */
    void store(String host, boolean open) {
        for (var member : memberNames()) {
            if (open) {
                network.heal(host, member);
                network.heal(member, host);
            } else {
                network.cut(host, member);
                network.cut(member, host);
            }
        }
    }

    int members() {
        return members;
    }

    private List<String> memberNames() {
        return IntStream.range(0, members).mapToObj(member -> "etcd-" + member).toList();
    }

    void killMember(int member) {
        if (deadMembers.add(member)) {
            etcd.kill(member);
        }
    }

    void startMember(int member) {
        if (deadMembers.remove(member)) {
            etcd.start(member);
        }
    }

    /** Stops a process and lets it go on after {@code duration}. */
    void pause(SimulatedProcess process, Duration duration) {
        if (process.condition() != Condition.RUNNING) {
            return;
        }
        process.pause();
        trial.reached("a pause");
        asleep.put(process, simulation().time().nanos());
        simulation().after(duration, () -> resume(process));
    }

    private void resume(SimulatedProcess process) {
        var since = asleep.remove(process);
        if (since != null && process.condition() == Condition.PAUSED) {
            judgements.wentOn(process.name(), simulation().time().since(since));
            process.resume();
        }
    }

    /** Another machine with the same identity, for a while. */
    void clone(WorldAgent agent, Duration duration) {
        clones++;
        var name = agent.name() + "-clone-" + clones;
        var clone = new WorldAgent(this, agent.name(), name, disk.resolve(trial.seed() + name));
        judgements.cloned(agent.name());
        trial.reached("two sessions of one identity");
        simulation().after(duration, () -> clone.process().kill());
    }

    /** How a report of an agent ended. */
    void noted(String agent, Laws.Report report, WriteOutcome outcome) {
        switch (outcome) {
            case WriteOutcome.Written written -> trial.reached("a report that landed");
            case WriteOutcome.Fenced fenced -> trial.reached("a report under an old epoch, refused");
            case WriteOutcome.Unknown unknown -> {
                trial.reached("a report of unknown outcome");
                laws.mayLandLate(agent, report);
            }
            default -> trial.reached("a report that did not land");
        }
    }

    /** True when every agent has a session, is judged ready and writes under its present epoch. */
    boolean allWell() {
        return agents.stream().allMatch(agent -> {
            var report = laws.report(agent.name());
            return agent.session().epoch() != 0
                    && agent.session().epoch() == report.epoch()
                    && laws.state(agentKey(agent.name())) == AgentStatus.State.READY;
        });
    }

    String wellness() {
        var text = new StringBuilder();
        agents.forEach(agent -> text.append(agent.name())
                .append(" epoch ")
                .append(agent.session().epoch())
                .append(" report ")
                .append(laws.report(agent.name()))
                .append(' ')
                .append(laws.state(agentKey(agent.name())))
                .append(' ')
                .append(agent.session().health())
                .append("; "));
        return text.toString();
    }

    /** Everything that was broken works again, and nothing more breaks. */
    void heal() {
        trial.faults().calm();
        network.heal();
        for (int member = 0; member < members; member++) {
            startMember(member);
            etcd.lag(member, Duration.ZERO);
        }
        engines.forEach(engine -> {
            resume(engine.process());
            if (engine.process().condition() == Condition.DEAD) {
                engine.restart();
            }
        });
        agents.forEach(agent -> resume(agent.process()));
        hosts().forEach(host -> simulation().host(host).drift(0));
    }

    private static ObjectKey agentKey(String name) {
        return Kinds.AGENTS.key(ObjectKey.CLUSTER_SCOPE, name);
    }
}
