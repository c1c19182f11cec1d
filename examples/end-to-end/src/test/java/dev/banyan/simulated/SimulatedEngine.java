package dev.banyan.simulated;

import dev.banyan.api.events.EventLog;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.engine.Caches;
import dev.banyan.engine.Controllers;
import dev.banyan.engine.liveness.LivenessJudge;
import dev.banyan.engine.liveness.Thresholds;
import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.cache.WatchCache;
import dev.banyan.runtime.controller.EventRecorder;
import dev.banyan.runtime.election.Membership;
import dev.banyan.runtime.election.Shards;
import dev.banyan.runtime.manager.Component;
import dev.banyan.runtime.simulation.FaultyStore;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.simulation.Simulation;
import dev.banyan.runtime.store.Store;
import java.util.List;
import java.util.Optional;

/** The deciding part of an engine as a process that dies and comes back. */
final class SimulatedEngine {
    private final Simulation simulation;
    private final Store truth;
    private final FaultyStore.Faults faults;
    private final Sabotage sabotage;
    private SimulatedProcess process;
    private FaultyStore store;
    private LivenessJudge judge;
    private long incarnation;

    SimulatedEngine(Simulation simulation, Store truth, FaultyStore.Faults faults, Sabotage sabotage) {
        this.simulation = simulation;
        this.truth = truth;
        this.faults = faults;
        this.sabotage = sabotage;
        this.process = simulation.process("engine");
        this.store = new FaultyStore(truth, process, faults);
        this.judge = begin();
    }

    FaultyStore store() {
        return store;
    }

    boolean runs() {
        return process.condition() == SimulatedProcess.Condition.RUNNING;
    }

    /** Another number after each start. */
    long incarnation() {
        return incarnation;
    }

    void heard(String agent) {
        judge.heard(agent);
    }

    void kill() {
        process.kill();
    }

    void restart() {
        process.kill();
        process = simulation.process("engine");
        store = new FaultyStore(truth, process, faults);
        judge = begin();
    }

    private LivenessJudge begin() {
        incarnation++;
        var env = process.env();
        var cache = new WatchCache(store, env);
        var membership = new Membership(cache, env, "e1", Membership.TTL);
        var caches = new Caches(cache, env);
        var agents = Informer.of(Kinds.AGENTS, cache, env).build();
        var written = sabotage.ofEngine().apply(cache);
        var shards = new Shards(membership, written, env);
        var events = new EventRecorder(env, EventLog.ofEngine(cache, "e1"));
        var newJudge = new LivenessJudge(
                env, written, agents.lister(), agent -> Optional.of(List.of()), Thresholds.DEFAULT, events);
        cache.start();
        membership.start();
        shards.start();
        agents.start();
        events.start();
        caches.components().forEach(Component::start);
        new Controllers(caches, shards, membership.fenced(written), events, env)
                .components()
                .forEach(Component::start);
        newJudge.start();
        return newJudge;
    }
}
