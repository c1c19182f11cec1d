package dev.banyan.simulated;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AgentSessionSpec;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.Precondition;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.time.Duration;
import java.util.Optional;

/** An agent's session without the wire: registers as an engine does it, and is heard by the engine that runs. */
final class SimulatedSession {
    private static final Duration PERIOD = Duration.ofMillis(500);

    private final Env env;
    private final Store store;
    private final SimulatedEngine engine;
    private final String agent;
    private final String agentUid;
    private final String bootId;
    private final Signal pause;
    private long epoch;

    SimulatedSession(Env env, Store store, SimulatedEngine engine, String agent, String agentUid, String bootId) {
        this.env = env;
        this.store = store;
        this.engine = engine;
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
        long incarnation = 0;
        while (true) {
            if (!engine.runs() || engine.incarnation() != incarnation) {
                epoch = 0;
            }
            if (engine.runs() && epoch == 0) {
                incarnation = engine.incarnation();
                epoch = register();
            }
            if (epoch != 0) {
                engine.heard(agent);
            }
            var ignored = pause.await(PERIOD);
        }
    }

    /** The new session's epoch; 0 when that failed. */
    private long register() {
        try {
            return store.commit(Commit.of(session())) instanceof WriteOutcome.Written written ? written.revision() : 0;
        } catch (StoreException unreachable) {
            return 0;
        }
    }

    private Write session() {
        var before = store.get(key(), ReadAt.LATEST).map(Kinds.SESSIONS::decode);
        long since = Math.max(
                env.time().now().toEpochMilli(),
                before.map(session -> session.spec().getSinceMs() + 1).orElse(0L));
        var content = Kinds.SESSIONS
                .spec()
                .encode(AgentSessionSpec.newBuilder()
                        .setAgent(agent)
                        .setEngine("e1")
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
