package dev.banyan.agent.workload;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.manager.Health;
import dev.banyan.runtime.manager.TaskComponent;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Precondition;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends statuses of tasks to the store, the newest of each task, many in one commit. What cannot be sent stays until it can: work on this
 * server never waits for the engine.
 */
final class StatusReporter extends TaskComponent {
    private static final Logger LOG = LoggerFactory.getLogger(StatusReporter.class);

    /** Statuses in one commit. */
    private static final int BATCH = 50;

    /** Long enough not to burden an engine that is just coming back, short enough for a person who waits. */
    private static final Duration RETRY = Duration.ofMillis(300);

    private final Store store;
    private final Supplier<Optional<Precondition>> fence;
    private final Signal changed;
    private final ReentrantLock lock = new ReentrantLock();

    /** By key, since a commit writes a key once: of a task made anew under a name the former's status has no reader. Guarded by lock. */
    private final Map<ObjectKey, Pending> pending = new LinkedHashMap<>();

    private record Pending(ObjectKey key, String uid, TaskStatus status) {}

    /** {@code fence} is the present session's condition; empty while there is no session: then nothing is sent. */
    StatusReporter(Env env, Store store, Supplier<Optional<Precondition>> fence) {
        super(env, "status-reporter");
        this.store = store;
        this.fence = fence;
        this.changed = env.signal();
    }

    /** Replaces what was to be said of this task. */
    void report(ObjectKey key, String uid, TaskStatus status) {
        lock.lock();
        try {
            pending.remove(key);
            pending.put(key, new Pending(key, uid, status));
        } finally {
            lock.unlock();
        }
        changed.raise();
    }

    @Override
    protected Health working() {
        return new Health(true, size() + " statuses to send");
    }

    @Override
    protected void run() throws InterruptedException {
        while (true) {
            changed.await();
            while (size() > 0 && !sendAll()) {
                // Woken early by a newer status, it tries again at once, which is as good.
                var ignored = changed.await(RETRY);
            }
        }
    }

    private boolean sendAll() {
        var condition = fence.get();
        if (condition.isEmpty()) {
            return false;
        }
        for (var batch = oldest(); !batch.isEmpty(); batch = oldest()) {
            if (!send(batch, condition.get())) {
                return false;
            }
        }
        return true;
    }

    private boolean send(List<Pending> batch, Precondition condition) {
        var outcome = store.commit(new Commit(
                List.of(condition), batch.stream().map(StatusReporter::write).toList()));
        return switch (outcome) {
            case WriteOutcome.Written written -> settled(batch);
            // One task of the batch is gone: its status has no reader any more, the others go again.
            case WriteOutcome.NotFound gone ->
                settled(batch.stream().filter(p -> p.key().equals(gone.key())).toList());
            case WriteOutcome.Rejected rejected -> dropped(batch, rejected);
            case WriteOutcome.TooLarge large -> dropped(batch, large);
            case WriteOutcome.Denied denied -> dropped(batch, denied);
            case WriteOutcome.Conflict conflict -> false;
            case WriteOutcome.AlreadyExists exists -> false;
            case WriteOutcome.Fenced fenced -> false;
            case WriteOutcome.Unknown unknown -> false;
            case WriteOutcome.Unavailable unavailable -> false;
        };
    }

    private boolean dropped(List<Pending> batch, WriteOutcome outcome) {
        LOG.atError()
                .addKeyValue("statuses", batch.size())
                .addKeyValue("outcome", outcome)
                .log("statuses refused");
        return settled(batch);
    }

    private boolean settled(List<Pending> sent) {
        lock.lock();
        try {
            // A status that was replaced meanwhile is another object and stays.
            sent.forEach(entry -> pending.remove(entry.key(), entry));
        } finally {
            lock.unlock();
        }
        return true;
    }

    private List<Pending> oldest() {
        lock.lock();
        try {
            return pending.values().stream().limit(BATCH).toList();
        } finally {
            lock.unlock();
        }
    }

    private int size() {
        lock.lock();
        try {
            return pending.size();
        } finally {
            lock.unlock();
        }
    }

    private static Write write(Pending entry) {
        return new Write.UpdateStatus(
                entry.key(), entry.uid(), Kinds.TASKS.status().encode(entry.status()));
    }
}
