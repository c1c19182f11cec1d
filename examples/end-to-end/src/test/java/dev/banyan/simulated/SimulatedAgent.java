package dev.banyan.simulated;

import dev.banyan.agent.report.ReportLoop;
import dev.banyan.agent.workload.WorkloadConfig;
import dev.banyan.agent.workload.WorkloadController;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.kinds.Labels;
import dev.banyan.api.v1.ResourceAmounts;
import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.controller.EventRecorder;
import dev.banyan.runtime.resource.LabelSelector;
import dev.banyan.runtime.simulation.FaultyStore;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import java.util.function.Consumer;

/** An agent as a process that dies and comes back, on a server that stays. */
final class SimulatedAgent {
    /** What an agent is given for its life. */
    record Setting(
            Simulation simulation,
            Store truth,
            FaultyStore.Faults faults,
            SimulatedEngine engine,
            Consumer<String> wrong,
            Sabotage sabotage) {}

    private final Setting setting;
    private final String name;
    private final String uid;
    private final SimulatedServer server;
    private SimulatedProcess process;
    private FaultyStore store;
    private FaultyRuntime runtime;

    SimulatedAgent(Setting setting, String name, String uid, SimulatedServer server) {
        this.setting = setting;
        this.name = name;
        this.uid = uid;
        this.server = server;
        this.process = setting.simulation().process(name);
        this.store = new FaultyStore(setting.truth(), process, setting.faults());
        this.runtime = new FaultyRuntime(server, process, setting.wrong());
        begin();
    }

    SimulatedServer server() {
        return server;
    }

    FaultyStore store() {
        return store;
    }

    FaultyRuntime runtime() {
        return runtime;
    }

    boolean runs() {
        return process.condition() == SimulatedProcess.Condition.RUNNING;
    }

    void kill() {
        process.kill();
    }

    /** Stands still as by a signal, and does not know. */
    void pause() {
        process.pause();
    }

    void resume() {
        process.resume();
    }

    void restart() {
        process.kill();
        process = setting.simulation().process(name);
        store = new FaultyStore(setting.truth(), process, setting.faults());
        runtime = new FaultyRuntime(server, process, setting.wrong());
        begin();
    }

    /** The engine is this agent's only way to the store. */
    void followEngine() {
        if (setting.engine().runs()) {
            store.heal();
        } else {
            store.cut();
        }
    }

    private void begin() {
        var env = process.env();
        followEngine();
        var session = new SimulatedSession(env, store, setting.engine(), name, uid, server.bootId());
        var report = new ReportLoop(env, store, name);
        var tasks = Informer.of(Kinds.TASKS, store, env)
                .selection(Selection.of(Kinds.TASKS.name()).labelled(LabelSelector.of(Labels.AGENT, name)))
                .build();
        var config = new WorkloadConfig(uid, server.disk(), server.disk().resolve("logs"), "/banyan/" + name);
        session.start();
        report.change(status -> status.toBuilder()
                .setCapacity(ResourceAmounts.newBuilder().setCpuMilli(4_000).setMemoryBytes(8L << 30))
                .build());
        report.start();
        tasks.start();
        new WorkloadController(
                        env,
                        tasks,
                        store,
                        setting.sabotage().ofAgents().apply(runtime),
                        config,
                        server,
                        new EventRecorder(env, list -> {}),
                        session::fence)
                .start();
    }
}
