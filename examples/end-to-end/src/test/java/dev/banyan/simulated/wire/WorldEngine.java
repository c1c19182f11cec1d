package dev.banyan.simulated.wire;

import dev.banyan.api.events.EventLog;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AgentSessionSpec;
import dev.banyan.api.v1.AgentSessionStatus;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.api.v1.AgentStatus;
import dev.banyan.engine.liveness.LivenessJudge;
import dev.banyan.engine.liveness.Thresholds;
import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.cache.WatchCache;
import dev.banyan.runtime.controller.EventRecorder;
import dev.banyan.runtime.election.LeaderElector;
import dev.banyan.runtime.election.Membership;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.simulation.SimulatedProcess;
import dev.banyan.runtime.store.Precondition;
import dev.banyan.runtime.store.StoreException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What an engine has of sessions, membership and judgement, as a process that dies and comes back under its name. */
final class WorldEngine {
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final SessionWorld world;
    private final String name;
    private SimulatedProcess process;

    WorldEngine(SessionWorld world, String name) {
        this.world = world;
        this.name = name;
        this.process = world.simulation().process(name);
        begin();
    }

    String name() {
        return name;
    }

    SimulatedProcess process() {
        return process;
    }

    void restart() {
        process.kill();
        process = world.simulation().process(name);
        begin();
    }

    private void begin() {
        process.env().tasks().spawn("main", this::main);
    }

    /** A start that fails is tried again, as a supervisor does it. */
    private void main() throws InterruptedException {
        while (true) {
            try {
                start();
                return;
            } catch (StoreException away) {
                process.note("did not start: " + away.getMessage());
                process.env().signal().await(AGAIN);
            }
        }
    }

    private void start() {
        var env = process.env();
        var etcd = world.storeOf(process);
        var cache = new WatchCache(new Observed(new Pausing(etcd, process, world), world.judgements(), process), env);
        var membership = new Membership(cache, env, name, Membership.TTL);
        var agents = Informer.of(Kinds.AGENTS, cache, env).build();
        var sessions = Informer.of(Kinds.SESSIONS, cache, env).build();
        var events = new EventRecorder(env, EventLog.ofEngine(cache, name));
        var judge = new LivenessJudge(
                env,
                membership.fenced(cache),
                agents.lister(),
                agent -> judgedUnder(agent, sessions, membership),
                Thresholds.DEFAULT,
                events);
        var ears = new FrontDoor.Ears(
                agent -> {
                    world.judgements().heard(agent);
                    judge.heard(agent);
                },
                () -> membership.view().isPresent());
        var door = FrontDoor.open(world.wire(), process, cache, ears);
        sessions.addDirectHandler(door.sessions());
        agents.addDirectHandler(door.services().members().agents());
        var elector = new LeaderElector(membership, cache, env, "scribe");
        cache.start();
        membership.start();
        agents.start();
        sessions.start();
        events.start();
        judge.start();
        elector.start();
        new ShareWriter(env, membership, cache).start();
        new ViewWriter(env, membership, elector, cache, name).start();
    }

    /** As the engine's root has it: the holder of a session judges; everybody else does when the holder is gone. */
    private Optional<List<Precondition>> judgedUnder(
            Resource<AgentSpec, AgentStatus> agent,
            Informer<AgentSessionSpec, AgentSessionStatus> sessions,
            Membership membership) {
        var session = sessions.lister().list().stream()
                .filter(candidate -> candidate.name().equals(agent.uid()))
                .findFirst();
        var members = membership.view().map(view -> view.members()).orElse(List.of());
        return session.filter(known -> known.spec().getEngine().equals(name)
                        || !members.contains(known.spec().getEngine()))
                .map(known -> List.of(
                        new Precondition.Unchanged(known.key(), known.meta().revision())));
    }
}
