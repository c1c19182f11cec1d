package dev.banyan.engine.server.call;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.api.v1.AgentStatus;
import dev.banyan.api.v1.Role;
import dev.banyan.runtime.cache.ResourceEvent;
import dev.banyan.runtime.cache.ResourceHandler;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.StoredObject;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Store;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An agent's certificate is good while the agent is in the cluster: calls under that of a removed agent are refused, and as a handler of
 * agents this ends those that are open. The certificate of a former agent is not good for its successor of the name. Thread-safe.
 */
public final class AgentCalls implements ResourceHandler<AgentSpec, AgentStatus> {
    private static final ReadAt CACHED = new ReadAt.AtLeast(0);

    private final Store store;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Set<RevocableCall<?, ?>>> open = new HashMap<>(); // guarded by lock

    public AgentCalls(Store store) {
        this.store = store;
    }

    /** May the holder of this certificate still call? True for all but agents. */
    boolean admits(Caller caller, X509Certificate shown) {
        if (caller.role() != Role.AGENT) {
            return true;
        }
        var key = Kinds.AGENTS.key(ObjectKey.CLUSTER_SCOPE, caller.name());
        // This engine's copy may not have seen a newcomer yet.
        return store.get(key, CACHED)
                .filter(agent -> isOf(agent, shown))
                .or(() -> store.get(key, ReadAt.LATEST).filter(agent -> isOf(agent, shown)))
                .isPresent();
    }

    void opened(Caller caller, RevocableCall<?, ?> call) {
        if (caller.role() == Role.AGENT) {
            lock.lock();
            try {
                open.computeIfAbsent(caller.name(), name -> new HashSet<>()).add(call);
            } finally {
                lock.unlock();
            }
        }
    }

    void ended(Caller caller, RevocableCall<?, ?> call) {
        lock.lock();
        try {
            open.computeIfPresent(caller.name(), (name, calls) -> {
                calls.remove(call);
                return calls.isEmpty() ? null : calls;
            });
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void on(ResourceEvent<AgentSpec, AgentStatus> event) {
        if (event instanceof ResourceEvent.Deleted<AgentSpec, AgentStatus> deleted) {
            List<RevocableCall<?, ?>> calls;
            lock.lock();
            try {
                calls = new ArrayList<>(open.getOrDefault(deleted.last().name(), Set.of()));
            } finally {
                lock.unlock();
            }
            calls.forEach(RevocableCall::revoke);
        }
    }

    private static boolean isOf(StoredObject agent, X509Certificate shown) {
        return shown.getNotBefore().getTime()
                >= Kinds.AGENTS.spec().decode(agent.spec()).getCertificatesFromMs();
    }
}
