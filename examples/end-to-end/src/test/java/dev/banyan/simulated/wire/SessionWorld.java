package dev.banyan.simulated.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.kinds.Labels;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.api.v1.AgentStatus;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.runtime.election.View;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.simulation.FaultyStore;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.SimulatedProcess.Condition;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.simulation.campaign.Trial;
import dev.banyan.runtime.simulation.grpc.SimulatedWire;
import dev.banyan.runtime.simulation.network.SimulatedNetwork;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.MemoryStore;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Two engines over one truth and agents with sessions. What must always hold is checked after every write. */
final class SessionWorld {
    private static final ObjectKey LEADER = ObjectKey.cluster(".leaders", "scribe");
    private static final Duration WAY = Duration.ofMillis(20);

    /** Epoch and number of a report, as its message says them. */
    private record Report(long epoch, long number) {
        static final Report NONE = new Report(0, 0);

        static Report of(String message) {
            var parts = message.split(" ", 2);
            return message.isEmpty() ? NONE : new Report(Long.parseLong(parts[0]), Long.parseLong(parts[1]));
        }

        boolean isAfter(Report other) {
            return epoch > other.epoch || (epoch == other.epoch && number > other.number);
        }
    }

    private final Trial trial;
    private final SimulatedNetwork network;
    private final SimulatedWire wire;
    private final MemoryStore truth;
    private final Judgements judgements;
    private final Path disk;
    private final List<WorldEngine> engines = new ArrayList<>();
    private final List<WorldAgent> agents = new ArrayList<>();
    private final Map<String, String> taskUids = new HashMap<>();
    private final Map<String, TreeSet<Long>> written = new HashMap<>();
    private final Map<String, Report> reports = new HashMap<>();
    private final Map<String, Long> epochs = new HashMap<>();
    private final Map<ObjectKey, Long> marks = new HashMap<>();
    private int clones;

    SessionWorld(Trial trial, Path disk) {
        this.trial = trial;
        this.disk = disk;
        this.network = new SimulatedNetwork(trial.simulation(), trial.faults());
        this.wire = new SimulatedWire(trial.simulation(), network, trial.faults());
        this.truth = new MemoryStore(trial.simulation().process("store").env());
        this.judgements = new Judgements(trial.simulation().time());
        var names = Stream.of("a1", "a2").limit(trial.size("agents", 1, 2)).toList();
        names.forEach(this::enrol);
        for (var name : engineNames()) {
            engines.add(new WorldEngine(this, name));
        }
        for (var name : names) {
            agents.add(new WorldAgent(this, name, name, disk.resolve(trial.seed() + name)));
        }
        trial.simulation().always("nothing lands under an old epoch, view or token", truth, this::check);
    }

    private void enrol(String name) {
        var agent = Draft.of(agentKey(name), Kinds.AGENTS.spec().encode(AgentSpec.getDefaultInstance()));
        var task = Draft.of(taskOf(name), Kinds.TASKS.spec().encode(TaskSpec.getDefaultInstance()))
                .labelled(Map.of(Labels.AGENT, name));
        var ignored = truth.commit(new Commit(List.of(), List.of(new Write.Create(agent), new Write.Create(task))));
        taskUids.put(
                name,
                truth.get(taskOf(name), ReadAt.LATEST).orElseThrow().meta().uid());
        written.put(name, new TreeSet<>());
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
        return Kinds.TASKS.key("default", "task-of-" + agent);
    }

    /** A new way of an engine's process to the truth. */
    FaultyStore way(SimulatedProcess process) {
        return new FaultyStore(truth, process, new FaultyStore.Faults(WAY, 0, 0));
    }

    /** Stops a process and lets it go on after {@code duration}. */
    void pause(SimulatedProcess process, Duration duration) {
        if (process.condition() != Condition.RUNNING) {
            return;
        }
        process.pause();
        trial.reached("a pause");
        simulation().after(duration, () -> {
            judgements.wentOn(process.name(), duration);
            process.resume();
        });
    }

    /** Another machine with the same identity, for a while. */
    void clone(WorldAgent agent, Duration duration) {
        clones++;
        var name = agent.name() + "-clone-" + clones;
        var clone = new WorldAgent(this, agent.name(), name, disk.resolve(trial.seed() + name));
        trial.reached("two sessions of one identity");
        simulation().after(duration, () -> clone.process().kill());
    }

    /** How a report of an agent ended. */
    void noted(WriteOutcome outcome) {
        switch (outcome) {
            case WriteOutcome.Written written -> trial.reached("a report that landed");
            case WriteOutcome.Fenced fenced -> trial.reached("a report under an old epoch, refused");
            case WriteOutcome.Unknown unknown -> trial.reached("a report of unknown outcome");
            default -> trial.reached("a report that did not land");
        }
    }

    /** A watch that has seen everything up to {@code reached} delivers {@code revision} next. */
    void requireNext(String agent, long reached, long revision) {
        assertThat(writtenOf(agent).higher(reached))
                .as("next change of %s's task after %s", agent, reached)
                .isEqualTo(revision);
    }

    /** A watch says that nothing happened between. */
    void requireNothing(String agent, long reached, long revision) {
        assertThat(revision).as("bookmark after %s", reached).isGreaterThan(reached);
        assertThat(writtenOf(agent).subSet(reached, false, revision, true))
                .as("changes of %s's task that a bookmark passed over", agent)
                .isEmpty();
    }

    /** True when every agent has a session, is judged ready and writes under its present epoch. */
    boolean allWell() {
        return agents.stream().allMatch(agent -> {
            var report = reports.getOrDefault(agent.name(), Report.NONE);
            return agent.session().epoch() != 0
                    && agent.session().epoch() == report.epoch()
                    && state(agent.name()) == AgentStatus.State.READY;
        });
    }

    String wellness() {
        var text = new StringBuilder();
        agents.forEach(agent -> text.append(agent.name())
                .append(" epoch ")
                .append(agent.session().epoch())
                .append(" report ")
                .append(reports.get(agent.name()))
                .append(' ')
                .append(state(agent.name()))
                .append(' ')
                .append(agent.session().health())
                .append("; "));
        return text.toString();
    }

    /** Everything that was broken works again, and nothing more breaks. */
    void heal() {
        trial.faults().calm();
        network.heal();
        engines.forEach(engine -> {
            engine.process().resume();
            engine.way().heal();
            if (engine.process().condition() == Condition.DEAD) {
                engine.restart();
            }
        });
        agents.forEach(agent -> agent.process().resume());
        hosts().forEach(host -> simulation().host(host).drift(0));
    }

    private AgentStatus.State state(String agent) {
        var object = truth.get(agentKey(agent), ReadAt.LATEST).orElseThrow();
        return Kinds.AGENTS.decode(object).status().getState();
    }

    private TreeSet<Long> writtenOf(String agent) {
        return Objects.requireNonNull(written.get(agent), agent);
    }

    private static ObjectKey agentKey(String name) {
        return Kinds.AGENTS.key(ObjectKey.CLUSTER_SCOPE, name);
    }

    private void check(Store now) {
        for (var agent : written.keySet()) {
            checkAgent(now, agent);
        }
        checkMark(now, ViewWriter.OF_VIEW, View.KEY);
        checkMark(now, ViewWriter.OF_LEADER, LEADER);
    }

    private void checkAgent(Store now, String agent) {
        var uid = now.get(agentKey(agent), ReadAt.LATEST).orElseThrow().meta().uid();
        long epoch = revision(now, Kinds.SESSIONS.key(ObjectKey.CLUSTER_SCOPE, uid));
        assertThat(epoch).as("epoch of %s", agent).isGreaterThanOrEqualTo(epochs.getOrDefault(agent, 0L));
        epochs.put(agent, epoch);
        judgements.landed(agent, state(agent));
        var task = now.get(taskOf(agent), ReadAt.LATEST).orElseThrow();
        if (!writtenOf(agent).add(task.meta().revision())) {
            return;
        }
        var report = Report.of(Kinds.TASKS.decode(task).status().getMessage());
        var before = reports.getOrDefault(agent, Report.NONE);
        if (!report.equals(before)) {
            assertThat(report.isAfter(before))
                    .as("%s's report %s after %s", agent, report, before)
                    .isTrue();
            requireNewest(agent, report.epoch(), epoch, task.meta().revision());
            reports.put(agent, report);
        }
    }

    private void checkMark(Store now, ObjectKey mark, ObjectKey fence) {
        var object = now.get(mark, ReadAt.LATEST);
        object.ifPresent(found -> {
            Long last = marks.put(mark, found.meta().revision());
            if (last == null || last != found.meta().revision()) {
                trial.reached("a write under a " + mark.name());
                requireNewest(
                        mark.name(),
                        ViewWriter.fenceOf(object).orElseThrow(),
                        revision(now, fence),
                        found.meta().revision());
            }
        });
    }

    /** What is there now is what the write was fenced with, unless it was replaced behind the write. */
    private static void requireNewest(String what, long fence, long present, long landed) {
        if (present < landed) {
            assertThat(fence).as("what %s was written under", what).isEqualTo(present);
        }
    }

    private static long revision(Store now, ObjectKey key) {
        return now.get(key, ReadAt.LATEST)
                .map(object -> object.meta().revision())
                .orElse(0L);
    }
}
