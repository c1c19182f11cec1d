package dev.banyan.engine;

import dev.banyan.api.events.EventLog;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.api.v1.AgentStatus;
import dev.banyan.engine.cluster.ClusterGuard;
import dev.banyan.engine.collection.Janitor;
import dev.banyan.engine.liveness.LivenessJudge;
import dev.banyan.engine.liveness.Thresholds;
import dev.banyan.engine.secrets.ContentSweep;
import dev.banyan.runtime.audit.Auditor;
import dev.banyan.runtime.audit.RestoreGate;
import dev.banyan.runtime.cache.RelistBudget;
import dev.banyan.runtime.cache.WatchCache;
import dev.banyan.runtime.controller.EventRecorder;
import dev.banyan.runtime.election.Membership;
import dev.banyan.runtime.election.Shards;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.manager.Component;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.store.Precondition;
import dev.banyan.runtime.store.ServedHistory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * All of an engine that needs nothing but a store and an environment: what reads, decides and judges, between the gate and the API. The same
 * assembly runs in simulations. Assembly only.
 */
public final class ControlPlane {
    /**
     * What it stands on.
     *
     * @param gate in front of the store, verified
     * @param guard which has claimed the store
     * @param engine this engine's name
     * @param history the store's own upkeep
     */
    public record Ground(
            RestoreGate gate, ClusterGuard guard, String engine, Thresholds thresholds, Janitor.History history) {}

    private final Ground ground;
    private final WatchCache store;
    private final Membership membership;
    private final Caches caches;
    private final RegisteredKinds kinds;
    private final EventRecorder events;
    private final LivenessJudge judge;
    private final List<Component> components;

    /** New components, not started yet. */
    public ControlPlane(Env env, Ground ground) {
        this.ground = ground;
        var budget = RelistBudget.standard(env);
        this.store = new WatchCache(ground.gate(), env, ServedHistory.Limits.DEFAULT, budget);
        this.membership = new Membership(store, env, ground.engine(), Membership.TTL);
        this.caches = new Caches(store, env, budget);
        this.kinds = new RegisteredKinds(store, env, budget);
        this.events = new EventRecorder(env, EventLog.ofEngine(store, ground.engine()));
        var fenced = membership.fenced(store);
        this.judge =
                new LivenessJudge(env, fenced, caches.agents.lister(), this::judgedUnder, ground.thresholds(), events);
        var shards = new Shards(membership, store, env);
        this.components = new ArrayList<>(List.of(ground.gate(), store, membership, shards, events));
        components.addAll(caches.components());
        components.add(ground.guard());
        components.addAll(new Controllers(caches, shards, fenced, events, env).components());
        components.addAll(kinds.components(caches, shards, env));
        components.add(judge);
        components.add(new Janitor(env, fenced, caches.events.lister(), ground.history()));
        components.add(new ContentSweep(env, fenced));
        components.add(auditor(env));
    }

    /** All of it, in the order of start: the gate, then the cache that all readers share, so that nobody sees what a closed gate hides. */
    public List<Component> components() {
        return List.copyOf(components);
    }

    /** What everybody else reads and writes. */
    public WatchCache store() {
        return store;
    }

    /** Who hears of heartbeats. */
    public LivenessJudge judge() {
        return judge;
    }

    /** Where what happens is told. */
    public EventRecorder events() {
        return events;
    }

    RestoreGate gate() {
        return ground.gate();
    }

    Membership membership() {
        return membership;
    }

    Caches caches() {
        return caches;
    }

    RegisteredKinds kinds() {
        return kinds;
    }

    /** Compares with what is behind the watch cache: the informers read that cache and would agree with its mistakes. */
    private Component auditor(Env env) {
        var auditor = Auditor.over(ground.gate(), env).audits(store);
        caches.informers().forEach(auditor::audits);
        return auditor.build();
    }

    /**
     * The engine that holds an agent's session judges it; one whose engine is gone is judged by everybody else. Both only while the session
     * is the newest: an engine that is behind does not know that the agent has gone elsewhere.
     */
    private Optional<List<Precondition>> judgedUnder(Resource<AgentSpec, AgentStatus> agent) {
        var session = caches.sessions.lister().list().stream()
                .filter(candidate -> candidate.name().equals(agent.uid()))
                .findFirst();
        var members = membership.view().map(view -> view.members()).orElse(List.of());
        return session.filter(known -> known.spec().getEngine().equals(ground.engine())
                        || !members.contains(known.spec().getEngine()))
                .map(known -> List.of(
                        new Precondition.Unchanged(known.key(), known.meta().revision())));
    }
}
