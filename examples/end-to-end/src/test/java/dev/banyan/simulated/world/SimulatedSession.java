package dev.banyan.simulated.world;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AgentSessionSpec;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.Precondition;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import dev.banyan.simulated.world.EngineLink.Answer;
import dev.banyan.simulated.world.EngineProcess.Serving;
import java.time.Duration;
import java.util.Optional;

/** An agent's session without the wire: the engine registers it as it does in production, and hears it. */
final class SimulatedSession {
    private static final Duration PERIOD = Duration.ofMillis(500);

    private final Env env;
    private final EngineLink link;
    private final String agent;
    private final String agentUid;
    private final String bootId;
    private final Signal pause;
    private long epoch;

    SimulatedSession(Env env, EngineLink link, String agent, String agentUid, String bootId) {
        this.env = env;
        this.link = link;
        this.agent = agent;
        this.agentUid = agentUid;
        this.bootId = bootId;
        this.pause = env.signal();
    }

    void start() {
        env.tasks().spawn("session", this::run);
    }

    Optional<Precondition> fence() {
        return epoch == 0 ? Optional.empty() : Optional.of(new Precondition.Fence(key(), epoch));
    }

    private void run() throws InterruptedException {
        int generation = 0;
        while (true) {
            if (link.generation() != generation) {
                epoch = 0;
            }
            if (epoch == 0) {
                generation = link.generation();
                epoch = register();
            } else {
                link.heartbeat(agent);
            }
            var ignored = pause.await(PERIOD);
        }
    }

    /** The new session's epoch; 0 when that failed. */
    private long register() {
        try {
            return switch (link.ask("register", this::registered)) {
                case Answer.Given<Long> given -> given.value().get();
                case Answer.Refused<Long> refused -> 0;
                case Answer.Lost<Long> lost -> 0;
            };
        } catch (StoreException unreachable) {
            return 0;
        }
    }

    /** Done by the engine. */
    private long registered(Serving serving) {
        var outcome = serving.plane().store().commit(Commit.of(session(serving)));
        serving.plane().judge().heard(agent);
        return outcome instanceof WriteOutcome.Written written ? written.revision() : 0;
    }

    private Write session(Serving serving) {
        var before = serving.plane().store().get(key(), ReadAt.LATEST).map(Kinds.SESSIONS::decode);
        long since = Math.max(
                env.time().now().toEpochMilli(),
                before.map(session -> session.spec().getSinceMs() + 1).orElse(0L));
        var content = Kinds.SESSIONS
                .spec()
                .encode(AgentSessionSpec.newBuilder()
                        .setAgent(agent)
                        .setEngine(serving.engine())
                        .setBootId(bootId)
                        .setSinceMs(since)
                        .build());
        if (before.isEmpty()) {
            return new Write.Create(Draft.of(key(), content));
        }
        var base = Kinds.SESSIONS.encode(before.get());
        return new Write.Update(base, Draft.from(base).withSpec(content));
    }

    private ObjectKey key() {
        return Kinds.SESSIONS.key(ObjectKey.CLUSTER_SCOPE, agentUid);
    }
}
