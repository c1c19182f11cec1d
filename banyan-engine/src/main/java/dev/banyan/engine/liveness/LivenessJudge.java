package dev.banyan.engine.liveness;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.api.v1.AgentStatus;
import dev.banyan.runtime.cache.Lister;
import dev.banyan.runtime.controller.EventRecorder;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.manager.Health;
import dev.banyan.runtime.manager.TaskComponent;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Precondition;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives {@link LivenessCore}: collects heartbeats, ticks four times a second, writes judgements that changed. {@link #heard} may be
 * called from any task.
 */
public final class LivenessJudge extends TaskComponent {
    /** Whom this engine judges. */
    @FunctionalInterface
    public interface Responsibility {
        /**
         * What must still hold when a judgement of {@code agent} lands, such as that it has begun no newer session elsewhere; empty when
         * this engine does not judge it.
         */
        Optional<List<Precondition>> of(Resource<AgentSpec, AgentStatus> agent);
    }

    private static final Logger LOG = LoggerFactory.getLogger(LivenessJudge.class);

    /** Well below the shortest threshold, and cheap: a tick writes only what changed. */
    private static final Duration TICK = Duration.ofMillis(250);

    private final Env env;
    private final Store store;
    private final Lister<AgentSpec, AgentStatus> agents;
    private final Responsibility responsible;
    private final EventRecorder events;
    private final LivenessCore core;
    private final long suspectNanos;
    private final Signal wake;

    /** Newest heartbeat by agent since the last tick, in monotonic nanoseconds; written by sessions, drained by the loop. */
    private final ConcurrentHashMap<String, Long> heartbeats = new ConcurrentHashMap<>();

    /** Judges the agents of {@code agents} that {@code responsible} names, under its conditions. */
    public LivenessJudge(
            Env env,
            Store store,
            Lister<AgentSpec, AgentStatus> agents,
            Responsibility responsible,
            Thresholds thresholds,
            EventRecorder events) {
        super(env, "liveness");
        this.env = env;
        this.store = store;
        this.agents = agents;
        this.responsible = responsible;
        this.events = events;
        this.core = new LivenessCore(thresholds);
        this.suspectNanos = thresholds.suspect().toNanos();
        this.wake = env.signal();
    }

    /** A heartbeat of the named agent arrived on a session of this engine. */
    public void heard(String agent) {
        var before = heartbeats.put(agent, env.time().nanos());
        if (before == null) {
            wake.raise();
        }
    }

    @Override
    protected Health working() {
        return Health.ready("judging");
    }

    @Override
    protected void run() throws InterruptedException {
        while (true) {
            step();
            var ignored = wake.await(TICK);
        }
    }

    private void step() {
        long now = env.time().nanos();
        var all = agents.list();
        var mine = new HashMap<String, List<Precondition>>();
        all.forEach(agent -> responsible.of(agent).ifPresent(conditions -> mine.put(agent.name(), conditions)));
        takeHeartbeats(mine.keySet(), now);
        core.keepOnly(mine.keySet());
        core.tick(now);
        for (var agent : all) {
            Optional.ofNullable(mine.get(agent.name())).ifPresent(conditions -> judge(agent, conditions));
        }
    }

    /** By what is known at this moment: the write before may have taken long, and this engine may have slept in it. */
    private void judge(Resource<AgentSpec, AgentStatus> agent, List<Precondition> conditions) {
        long now = env.time().nanos();
        core.tick(now);
        hear(agent.name());
        core.judge(agent.name(), judged(agent), now).ifPresent(state -> write(agent, state, now, conditions));
    }

    private AgentStatus.State judged(Resource<AgentSpec, AgentStatus> agent) {
        return core.judged(agent.name(), agent.status().getState(), agent.meta().revision());
    }

    private void takeHeartbeats(Set<String> mine, long now) {
        mine.forEach(agent -> core.expect(agent, now));
        mine.forEach(this::hear);
        // One of an agent that has just joined waits for the cache; an old one must not speak for a successor of the
        // same name.
        heartbeats.values().removeIf(heard -> now - heard > suspectNanos);
    }

    private void hear(String agent) {
        var heard = heartbeats.remove(agent);
        if (heard != null) {
            core.heard(agent, heard);
        }
    }

    private void write(
            Resource<AgentSpec, AgentStatus> agent, AgentStatus.State state, long now, List<Precondition> conditions) {
        long silence = core.silenceMillis(agent.name(), now);
        var before = judged(agent);
        var status = AgentStatus.newBuilder()
                .setState(state)
                .setSinceMs(env.time().now().toEpochMilli())
                .setMessage(state == AgentStatus.State.READY ? "" : "silent for " + silence + " ms")
                .build();
        LOG.atInfo()
                .addKeyValue("agent", agent.name())
                .addKeyValue("state", state)
                .addKeyValue("silenceMs", silence)
                .log("agent judged");
        // An outcome other than written is met again at the next tick; one that is written holds though the cache may
        // not show it yet.
        var verdict = new Write.UpdateStatus(
                Kinds.AGENTS.key(ObjectKey.CLUSTER_SCOPE, agent.name()),
                agent.uid(),
                Kinds.AGENTS.status().encode(status));
        if (store.commit(new Commit(conditions, List.of(verdict))) instanceof WriteOutcome.Written(long revision)) {
            core.landed(agent.name(), state, revision);
            tell(agent, before, state);
        }
    }

    private void tell(Resource<AgentSpec, AgentStatus> agent, AgentStatus.State before, AgentStatus.State state) {
        switch (state) {
            case READY -> {
                boolean first = before == AgentStatus.State.STATE_UNSPECIFIED;
                events.normal(agent.key(), "AgentReady", first ? "heard for the first time" : "heard again");
            }
            case SUSPECT -> events.warning(agent.key(), "AgentSuspect", "silent: gets no new work and no traffic");
            case LOST -> events.warning(agent.key(), "AgentLost", "silent for long: its tasks are replaced elsewhere");
            case STATE_UNSPECIFIED, UNRECOGNIZED -> {}
        }
    }
}
