package dev.banyan.engine.server.session;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AgentSessionSpec;
import dev.banyan.api.v1.AgentSessionStatus;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.runtime.cache.ResourceEvent;
import dev.banyan.runtime.cache.ResourceHandler;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.StoreException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The newest epoch of each agent that this engine has seen, and the streams that agents have open here. As a handler of session objects
 * it learns of registrations at other engines. Thread-safe.
 */
public final class Sessions implements ResourceHandler<AgentSessionSpec, AgentSessionStatus> {
    private final Store store;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Long> epochs = new HashMap<>(); // guarded by lock
    private final Map<String, Long> begun = new HashMap<>(); // guarded by lock
    private final List<Stream> streams = new ArrayList<>(); // guarded by lock

    Sessions(Store store) {
        this.store = store;
    }

    /** A stream of an agent; {@code end} is called at most once and must not wait. */
    record Stream(String agent, long epoch, Ending end) {}

    /** How a stream is ended from this side. */
    @FunctionalInterface
    interface Ending {
        void with(ApiException why);
    }

    @Override
    public void on(ResourceEvent<AgentSessionSpec, AgentSessionStatus> event) {
        switch (event) {
            case ResourceEvent.Added<AgentSessionSpec, AgentSessionStatus> added -> note(added.now());
            case ResourceEvent.Updated<AgentSessionSpec, AgentSessionStatus> updated -> note(updated.now());
            case ResourceEvent.Deleted<AgentSessionSpec, AgentSessionStatus> deleted ->
                forget(deleted.last().spec().getAgent(), deleted.last().meta().revision());
        }
    }

    /** A session began at this engine, which hears the agent from now on. */
    void begun(String agent, long epoch) {
        lock.lock();
        try {
            begun.merge(agent, epoch, Math::max);
        } finally {
            lock.unlock();
        }
        note(agent, epoch);
    }

    /**
     * Makes sure that this engine is the one that hears the agent. The session names it, so that another would hear the agent in vain, and
     * this one judge it silent.
     *
     * @throws ApiException FENCED when the session began at another engine, or before this one was started: a new one is due
     */
    void requireBegunHere(String agent, long epoch) {
        lock.lock();
        try {
            if (begun.getOrDefault(agent, 0L) == epoch) {
                return;
            }
        } finally {
            lock.unlock();
        }
        throw fenced(agent, epoch, "did not begin at this engine");
    }

    /** A registration landed at {@code epoch}: everything older of the agent is fenced. */
    void note(String agent, long epoch) {
        lock.lock();
        try {
            epochs.merge(agent, epoch, Math::max);
        } finally {
            lock.unlock();
        }
        fence(agent, epoch);
    }

    /**
     * Admits a stream of an epoch.
     *
     * @throws ApiException FENCED when it is not the newest
     */
    void attach(Stream stream) {
        if (newest(stream.agent()) != stream.epoch()) {
            // A registration at another engine may not have been seen here yet.
            stored(stream.agent(), stream.epoch()).ifPresent(this::note);
        }
        lock.lock();
        try {
            if (epochs.getOrDefault(stream.agent(), 0L) != stream.epoch()) {
                throw fenced(stream.agent(), stream.epoch());
            }
            streams.add(stream);
        } finally {
            lock.unlock();
        }
    }

    void detach(Stream stream) {
        lock.lock();
        try {
            streams.remove(stream);
        } finally {
            lock.unlock();
        }
    }

    /** The newest epoch seen; 0 when none was. */
    long newest(String agent) {
        lock.lock();
        try {
            return epochs.getOrDefault(agent, 0L);
        } finally {
            lock.unlock();
        }
    }

    static ApiException fenced(String agent, long epoch) {
        return fenced(agent, epoch, "was replaced by a newer one");
    }

    private static ApiException fenced(String agent, long epoch, String why) {
        return new ApiException(
                Reason.FENCED,
                "the session of agent " + agent + " with epoch " + epoch + " " + why,
                Map.of(
                        "key",
                        Kinds.AGENTS.key(ObjectKey.CLUSTER_SCOPE, agent).path(),
                        "expected",
                        Long.toString(epoch)),
                List.of());
    }

    private void note(Resource<AgentSessionSpec, AgentSessionStatus> session) {
        note(session.spec().getAgent(), session.meta().revision());
    }

    /** The agent was removed: its last epoch is no session any more. A newer one is that of a successor of the name. */
    private void forget(String agent, long epoch) {
        lock.lock();
        try {
            epochs.computeIfPresent(agent, (name, newest) -> newest <= epoch ? null : newest);
            begun.computeIfPresent(agent, (name, newest) -> newest <= epoch ? null : newest);
        } finally {
            lock.unlock();
        }
        fence(agent, epoch + 1);
    }

    /** Of a former agent of the name a session may be left until it is collected. */
    private Optional<Resource<AgentSessionSpec, AgentSessionStatus>> stored(String agent, long epoch) {
        try {
            return store.list(Selection.of(Kinds.SESSIONS.name()), new ReadAt.AtLeast(epoch)).objects().stream()
                    .map(Kinds.SESSIONS::decode)
                    .filter(session -> session.spec().getAgent().equals(agent))
                    .max(Comparator.comparingLong(session -> session.meta().revision()));
        } catch (StoreException behind) {
            throw new ApiException(
                    Reason.UNAVAILABLE, "this engine does not know of epoch " + epoch + " yet: " + behind.getMessage());
        }
    }

    private void fence(String agent, long newest) {
        List<Stream> older;
        lock.lock();
        try {
            older = streams.stream()
                    .filter(stream -> stream.agent().equals(agent) && stream.epoch() < newest)
                    .toList();
            streams.removeAll(older);
        } finally {
            lock.unlock();
        }
        older.forEach(stream -> stream.end().with(fenced(agent, stream.epoch())));
    }
}
