package dev.banyan.engine.server.session;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AgentSessionSpec;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.api.v1.AgentStatus;
import dev.banyan.api.v1.ClaimSpec;
import dev.banyan.api.v1.RegisterRequest;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.api.wire.WireErrors;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.Precondition;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Begins sessions. Thread-safe; blocks on the store. */
final class Registration {
    private static final Logger LOG = LoggerFactory.getLogger(Registration.class);
    private static final String CLAIM = "subnet.";

    /** Fifty agents that start together may all want the same lowest subnet. */
    private static final int ATTEMPTS = 60;

    private final Store store;
    private final Env env;
    private final SessionSettings settings;
    private final ReentrantLock lock = new ReentrantLock();
    private final CloneAlarm alarm = new CloneAlarm(); // guarded by lock

    Registration(Store store, Env env, SessionSettings settings) {
        this.store = store;
        this.env = env;
        this.settings = settings;
    }

    /** A session that has begun. */
    record Begun(long epoch, String agentUid, String subnet) {}

    /**
     * Begins a session of {@code agent}.
     *
     * @throws ApiException DENIED when the agent was removed, UNAVAILABLE when the store cannot be written
     */
    Begun begin(String agent, RegisterRequest request) {
        boolean cloned = alarmed(agent, request.getBootId());
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            var begun = attempt(agent, request, cloned);
            if (begun.isPresent()) {
                return begun.get();
            }
        }
        throw new ApiException(Reason.UNAVAILABLE, "agent " + agent + " met other writers too often; try again");
    }

    private Optional<Begun> attempt(String agent, RegisterRequest request, boolean cloned) {
        var found = store.get(Kinds.AGENTS.key(ObjectKey.CLUSTER_SCOPE, agent), ReadAt.LATEST)
                .map(Kinds.AGENTS::decode)
                .filter(object -> !object.meta().deleting())
                .orElseThrow(() -> new ApiException(Reason.DENIED, "agent " + agent + " is not in the cluster"));
        var writes = new ArrayList<Write>();
        var subnet = found.spec().getSubnet();
        if (subnet.isEmpty()) {
            var address = freeSubnet();
            writes.add(claim(found, address));
            subnet = address + "/24";
        }
        agentWrite(found, subnet, cloned).ifPresent(writes::add);
        writes.add(session(found, request));
        // A session alone would begin for an agent that is removed at this moment.
        var there = new Precondition.SameIncarnation(found.key(), found.meta().createRevision());
        return switch (store.commit(new Commit(List.of(there), writes))) {
            case WriteOutcome.Written written -> Optional.of(new Begun(written.revision(), found.uid(), subnet));
            case WriteOutcome.Conflict overtaken -> Optional.empty();
            case WriteOutcome.AlreadyExists taken -> Optional.empty();
            case WriteOutcome.NotFound gone -> Optional.empty();
            case WriteOutcome other -> throw WireErrors.failure(other).orElseThrow();
        };
    }

    private boolean alarmed(String agent, String bootId) {
        lock.lock();
        try {
            return alarm.registered(agent, bootId, env.time().nanos());
        } finally {
            lock.unlock();
        }
    }

    private String freeSubnet() {
        var taken = store.list(Selection.of(Kinds.CLAIMS.name()), ReadAt.LATEST).objects().stream()
                .map(object -> object.key().name())
                .filter(name -> name.startsWith(CLAIM))
                .map(name -> name.substring(CLAIM.length()))
                .collect(Collectors.toSet());
        return settings.subnets()
                .free(taken)
                .orElseThrow(() -> new ApiException(
                        Reason.OVERLOADED, "all " + settings.subnets().count() + " subnets for agents are taken"));
    }

    private static Write claim(Resource<AgentSpec, AgentStatus> agent, String address) {
        var spec = ClaimSpec.newBuilder().setHolder(agent.key().path()).build();
        var key = Kinds.CLAIMS.key(ObjectKey.CLUSTER_SCOPE, CLAIM + address);
        return new Write.Create(Draft.of(key, Kinds.CLAIMS.spec().encode(spec)).ownedBy(agent.asOwner()));
    }

    /** What registration writes into the agent's own object, if it differs. */
    private static Optional<Write> agentWrite(Resource<AgentSpec, AgentStatus> agent, String subnet, boolean cloned) {
        var spec = agent.spec().toBuilder()
                .setSubnet(subnet)
                .setCordoned(agent.spec().getCordoned() || cloned)
                .build();
        if (cloned) {
            LOG.atError()
                    .addKeyValue("agent", agent.name())
                    .log("two machines use one agent's identity; the agent is cordoned");
        }
        if (spec.equals(agent.spec())) {
            return Optional.empty();
        }
        var base = Kinds.AGENTS.encode(agent);
        return Optional.of(new Write.Update(
                base, Draft.from(base).withSpec(Kinds.AGENTS.spec().encode(spec))));
    }

    private Write session(Resource<AgentSpec, AgentStatus> agent, RegisterRequest request) {
        var key = Kinds.SESSIONS.key(ObjectKey.CLUSTER_SCOPE, agent.uid());
        var before = store.get(key, ReadAt.LATEST).map(Kinds.SESSIONS::decode);
        // Never the same bytes twice: a write that changes nothing would not move the epoch.
        long since = Math.max(
                env.time().now().toEpochMilli(),
                before.map(session -> session.spec().getSinceMs() + 1).orElse(0L));
        var spec = AgentSessionSpec.newBuilder()
                .setAgent(agent.name())
                .setEngine(settings.engine())
                .setBootId(request.getBootId())
                .setSinceMs(since)
                .build();
        var content = Kinds.SESSIONS.spec().encode(spec);
        if (before.isEmpty()) {
            return new Write.Create(Draft.of(key, content).ownedBy(agent.asOwner()));
        }
        var base = Kinds.SESSIONS.encode(before.get());
        return new Write.Update(base, Draft.from(base).withSpec(content));
    }
}
