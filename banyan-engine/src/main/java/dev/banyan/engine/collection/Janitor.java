package dev.banyan.engine.collection;

import dev.banyan.api.v1.EventSpec;
import dev.banyan.api.v1.EventStatus;
import dev.banyan.runtime.cache.Lister;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.manager.Health;
import dev.banyan.runtime.manager.TaskComponent;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Every five minutes: deletes expired events and compacts the store's history to where it was five minutes before. */
public final class Janitor extends TaskComponent {
    private static final Logger LOG = LoggerFactory.getLogger(Janitor.class);
    private static final Duration PERIOD = Duration.ofMinutes(5);

    /** The store's own upkeep, where it has one. */
    public interface History {
        /** The newest revision. */
        long revision();

        /** Forgets everything that was overwritten before {@code revision}. */
        void compact(long revision);
    }

    private final Env env;
    private final Store store;
    private final Lister<EventSpec, EventStatus> events;
    private final History history;
    private final Signal never;

    public Janitor(Env env, Store store, Lister<EventSpec, EventStatus> events, History history) {
        super(env, "janitor");
        this.env = env;
        this.store = store;
        this.events = events;
        this.history = history;
        this.never = env.signal();
    }

    @Override
    protected Health working() {
        return new Health(true, "every " + PERIOD.toMinutes() + " min");
    }

    @Override
    protected void run() throws InterruptedException {
        long keepFrom = 0;
        while (!never.await(PERIOD)) {
            try {
                sweepEvents();
                if (keepFrom > 0) {
                    history.compact(keepFrom);
                }
                keepFrom = history.revision();
            } catch (RuntimeException failed) {
                // The next round does the same work again.
                LOG.atWarn().setCause(failed).log("upkeep failed");
            }
        }
    }

    private void sweepEvents() {
        var expired = EventRetention.expired(events.list(), env.time().now());
        for (int from = 0; from < expired.size(); from += Commit.WRITES_MAX) {
            var batch = expired.subList(from, Math.min(expired.size(), from + Commit.WRITES_MAX));
            var deletes = batch.stream()
                    .<Write>map(event -> new Write.Delete(event.key(), event.uid()))
                    .toList();
            // Two engines may sweep the same events; whoever is second finds them gone, which is as good.
            var ignored = store.commit(new Commit(List.of(), deletes));
        }
    }
}
