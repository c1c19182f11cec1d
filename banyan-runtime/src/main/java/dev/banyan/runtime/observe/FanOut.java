package dev.banyan.runtime.observe;

import dev.banyan.runtime.cache.CacheMetrics;
import dev.banyan.runtime.cache.Quarantined;
import dev.banyan.runtime.controller.ControllerMetrics;
import dev.banyan.runtime.queue.Lane;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.WatchBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes several observers one. What ends is told in the reverse order of its beginning. One that throws does not keep the others from it. */
public final class FanOut {
    private static final Logger LOG = LoggerFactory.getLogger(FanOut.class);

    private FanOut() {}

    /** All of {@code metrics} for one controller. */
    public static ControllerMetrics controllers(ControllerMetrics... metrics) {
        return new Controllers(new All<>(List.of(metrics)));
    }

    /** All of {@code metrics} for one informer. */
    public static CacheMetrics caches(CacheMetrics... metrics) {
        return new Caches(new All<>(List.of(metrics)));
    }

    /** All of {@code observers} for one store. */
    public static StoreObserver stores(StoreObserver... observers) {
        return new Stores(new All<>(List.of(observers)));
    }

    private record Controllers(All<ControllerMetrics> all) implements ControllerMetrics {
        @Override
        public Running began(Run run) {
            var running = new ArrayList<Running>();
            all.tell(each -> running.addFirst(each.began(run)));
            var rest = new All<>(running);
            return (ending, failure) -> rest.tell(each -> each.ended(ending, failure));
        }

        @Override
        public void reconciled(String controller, Ending ending, Duration took) {
            all.tell(each -> each.reconciled(controller, ending, took));
        }

        @Override
        public void waited(String controller, Lane lane, Duration waited) {
            all.tell(each -> each.waited(controller, lane, waited));
        }

        @Override
        public void stuck(String controller, ObjectKey key) {
            all.tell(each -> each.stuck(controller, key));
        }

        @Override
        public void hot(String controller, ObjectKey key) {
            all.tell(each -> each.hot(controller, key));
        }

        @Override
        public void queued(String controller, int depth) {
            all.tell(each -> each.queued(controller, depth));
        }

        @Override
        public void load(String controller, Load load) {
            all.tell(each -> each.load(controller, load));
        }

        @Override
        public void coalesced(String controller, int count) {
            all.tell(each -> each.coalesced(controller, count));
        }

        @Override
        public void handlerFailed(String controller, ObjectKey object) {
            all.tell(each -> each.handlerFailed(controller, object));
        }

        @Override
        public void conflicted(String controller) {
            all.tell(each -> each.conflicted(controller));
        }

        @Override
        public void fenced(String controller) {
            all.tell(each -> each.fenced(controller));
        }

        @Override
        public void stale(String controller, ObjectKey key) {
            all.tell(each -> each.stale(controller, key));
        }
    }

    private record Caches(All<CacheMetrics> all) implements CacheMetrics {
        @Override
        public void listed(String informer, Cause cause, int objects, Duration took) {
            all.tell(each -> each.listed(informer, cause, objects, took));
        }

        @Override
        public void quarantined(String informer, Quarantined object) {
            all.tell(each -> each.quarantined(informer, object));
        }
    }

    private record Stores(All<StoreObserver> all) implements StoreObserver {
        @Override
        public Committing began(Commit commit) {
            var committing = new ArrayList<Committing>();
            all.tell(each -> committing.addFirst(each.began(commit)));
            var rest = new All<>(committing);
            return (outcome, took) -> rest.tell(each -> each.ended(outcome, took));
        }

        @Override
        public void resynced(Selection selection, WatchBatch.Resync.Reason reason) {
            all.tell(each -> each.resynced(selection, reason));
        }
    }

    /** Several of a kind. The first failure of each lot is logged: a broken observer is broken every time. */
    private record All<O>(List<O> observers, AtomicBoolean told) {
        All(List<O> observers) {
            this(List.copyOf(observers), new AtomicBoolean());
        }

        void tell(Consumer<O> news) {
            for (var observer : observers) {
                try {
                    news.accept(observer);
                } catch (RuntimeException | LinkageError | StackOverflowError failed) {
                    if (told.compareAndSet(false, true)) {
                        LOG.atError()
                                .addKeyValue("observer", observer.getClass().getName())
                                .setCause(failed)
                                .log("observer failed");
                    }
                }
            }
        }
    }
}
