package dev.banyan.engine.server.call;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.api.v1.AgentStatus;
import dev.banyan.api.v1.ControllerSpec;
import dev.banyan.api.v1.ControllerStatus;
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
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The certificate of an agent or controller is good while its object is in the cluster: calls under that of a removed one are refused,
 * and the handlers of this end those that are open. The certificate of a former member is not good for its successor of the name.
 * Thread-safe.
 */
public final class MemberCalls {
    private static final ReadAt CACHED = new ReadAt.AtLeast(0);

    private final Store store;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<ObjectKey, Set<RevocableCall<?, ?>>> open = new HashMap<>(); // guarded by lock

    public MemberCalls(Store store) {
        this.store = store;
    }

    /** For an informer of agents. */
    public ResourceHandler<AgentSpec, AgentStatus> agents() {
        return this::ended;
    }

    /** For an informer of controllers. */
    public ResourceHandler<ControllerSpec, ControllerStatus> controllers() {
        return this::ended;
    }

    /** May the holder of this certificate still call? True for those that are not kept as objects. */
    boolean admits(Caller caller, X509Certificate shown) {
        var key = objectOf(caller);
        // This engine's copy may not have seen a newcomer yet.
        return key.isEmpty()
                || store.get(key.get(), CACHED)
                        .filter(member -> isOf(member, shown))
                        .or(() -> store.get(key.get(), ReadAt.LATEST).filter(member -> isOf(member, shown)))
                        .isPresent();
    }

    void opened(Caller caller, RevocableCall<?, ?> call) {
        objectOf(caller).ifPresent(key -> {
            lock.lock();
            try {
                open.computeIfAbsent(key, member -> new HashSet<>()).add(call);
            } finally {
                lock.unlock();
            }
        });
    }

    void ended(Caller caller, RevocableCall<?, ?> call) {
        objectOf(caller).ifPresent(key -> {
            lock.lock();
            try {
                open.computeIfPresent(key, (member, calls) -> {
                    calls.remove(call);
                    return calls.isEmpty() ? null : calls;
                });
            } finally {
                lock.unlock();
            }
        });
    }

    private <S, T> void ended(ResourceEvent<S, T> event) {
        if (event instanceof ResourceEvent.Deleted<S, T> deleted) {
            List<RevocableCall<?, ?>> calls;
            lock.lock();
            try {
                calls = new ArrayList<>(open.getOrDefault(deleted.last().key(), Set.of()));
            } finally {
                lock.unlock();
            }
            calls.forEach(RevocableCall::revoke);
        }
    }

    private static Optional<ObjectKey> objectOf(Caller caller) {
        return switch (caller.role()) {
            case AGENT -> Optional.of(Kinds.AGENTS.key(ObjectKey.CLUSTER_SCOPE, caller.name()));
            case CONTROLLER -> Optional.of(Kinds.CONTROLLERS.key(ObjectKey.CLUSTER_SCOPE, caller.name()));
            case ADMIN, ENGINE, JOIN, ROLE_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
        };
    }

    private static boolean isOf(StoredObject member, X509Certificate shown) {
        long from = member.key().kind().equals(Kinds.AGENTS.name())
                ? Kinds.AGENTS.spec().decode(member.spec()).getCertificatesFromMs()
                : Kinds.CONTROLLERS.spec().decode(member.spec()).getCertificatesFromMs();
        return shown.getNotBefore().getTime() >= from;
    }
}
