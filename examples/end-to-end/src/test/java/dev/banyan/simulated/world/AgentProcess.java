package dev.banyan.simulated.world;

import dev.banyan.agent.kept.KeptListing;
import dev.banyan.agent.kept.KeptLoop;
import dev.banyan.agent.kept.SealingKey;
import dev.banyan.agent.report.ReportLoop;
import dev.banyan.agent.workload.WorkloadConfig;
import dev.banyan.agent.workload.WorkloadController;
import dev.banyan.api.events.EventLog;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.kinds.Labels;
import dev.banyan.api.v1.ResourceAmounts;
import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.controller.EventRecorder;
import dev.banyan.runtime.resource.LabelSelector;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.SimulatedProcess.Condition;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.WriteOutcome;
import java.nio.file.Path;

/** An agent as a process that dies and comes back, on a machine that stays. */
public final class AgentProcess {
    private final World world;
    private final String name;
    private final String uid;
    private final Machine machine;
    private SimulatedProcess process;

    AgentProcess(World world, String name, String uid, Machine machine) {
        this.world = world;
        this.name = name;
        this.uid = uid;
        this.machine = machine;
        this.process = world.simulation().process(name);
        begin();
    }

    /** Its name. */
    public String name() {
        return name;
    }

    /** Its object's uid. */
    public String uid() {
        return uid;
    }

    /** What it works on. */
    public Machine machine() {
        return machine;
    }

    /** Whether it does its work now: it runs, reaches engines, and its container runtime answers. */
    public boolean works() {
        return runs() && !world.fate().isCut(name) && machine.daemonUp();
    }

    /** Whether the process runs. */
    public boolean runs() {
        return process.condition() == Condition.RUNNING;
    }

    SimulatedProcess process() {
        return process;
    }

    /** Ends it like {@code kill -9}. */
    public void kill() {
        process.kill();
    }

    /** Stands still as by a signal, and does not know. */
    public void pause() {
        process.pause();
    }

    /** Goes on. */
    public void resume() {
        process.resume();
    }

    /** Starts it unless it runs. */
    public void restart() {
        if (process.condition() != Condition.DEAD) {
            return;
        }
        if (!machine.alive().isEmpty()) {
            world.reached("an agent came back to containers that run");
        }
        process = world.simulation().process(name);
        begin();
    }

    private void begin() {
        var env = process.env();
        var link = new EngineLink(world, process);
        var store = new LinkedStore(link, this::landed);
        var session = new SimulatedSession(env, link, name, uid, machine.bootId());
        var kept = kept();
        var tasks = Informer.of(Kinds.TASKS, store, env)
                .selection(Selection.of(Kinds.TASKS.name()).labelled(LabelSelector.of(Labels.AGENT, name)))
                .kept(kept::recall)
                .build();
        var events = new EventRecorder(env, EventLog.ofAgent(store, name));
        var report = new ReportLoop(env, store, name);
        var config = new WorkloadConfig(uid, machine.disk(), machine.disk().resolve("logs"), "/banyan/" + name);
        var runtime = world.sabotage().ofAgents().apply(new FaultyRuntime(world, this));
        session.start();
        events.start();
        report.change(status -> status.toBuilder()
                .setCapacity(ResourceAmounts.newBuilder().setCpuMilli(4_000).setMemoryBytes(8L << 30))
                .build());
        report.start();
        tasks.start();
        new KeptLoop<>(env, Kinds.TASKS, tasks, kept).start();
        new WorkloadController(env, tasks, store, runtime, config, machine, events, session::fence).start();
    }

    private void landed(Commit commit, WriteOutcome outcome) {
        switch (outcome) {
            case WriteOutcome.Written written -> world.witness().landed(uid, commit, written.revision());
            case WriteOutcome.Fenced fenced -> world.reached("an agent's write was fenced");
            default -> {}
        }
    }

    private KeptListing kept() {
        Path directory = machine.disk();
        return new KeptListing(
                directory.resolve("kept").resolve(Kinds.TASKS.name()),
                SealingKey.in(directory.resolve("kept.key"), process.env().entropy()),
                "cluster c1, agent " + name);
    }
}
