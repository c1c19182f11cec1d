package dev.banyan.runtime.audit;

import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.cache.WatchCache;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.RandomSource;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.manager.Health;
import dev.banyan.runtime.manager.TaskComponent;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.StoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares caches with the store while they run, and tells them how far the store is. One for a process: it asks one cheap question every
 * two seconds for all caches together, and reads a few hundred objects of one cache, in turn, every ten. See the package. Thread-safe.
 */
public final class Auditor extends TaskComponent {
    /** How often the store is asked how far it is: what a cache knows of its lag is at most so old. */
    public static final Duration PROBE_PERIOD = Duration.ofSeconds(2);

    /** Objects a comparison reads; with objects of 1 KB half a megabyte. */
    private static final int KEYS_MAX = 500;

    /** Any key will do to ask for the newest revision; this one need not exist. */
    private static final Selection PROBE = Selection.of(ObjectKey.cluster(".cluster", "id"));

    private static final Logger LOG = LoggerFactory.getLogger(Auditor.class);

    private final Store truth;
    private final Env env;
    private final List<Audited> audited;
    private final Duration every;
    private final AuditMetrics metrics;
    private final RandomSource random;
    private final Signal pause; // never raised: waiting on it is a wait that cancellation ends
    private int turn; // the auditor's task
    private volatile long differences; // written by the auditor's task
    private volatile Optional<String> last = Optional.empty(); // written by the auditor's task

    private Auditor(Builder builder) {
        super(builder.env, "auditor");
        this.truth = builder.truth;
        this.env = builder.env;
        this.audited = List.copyOf(builder.audited);
        this.every = builder.every;
        this.metrics = builder.metrics;
        this.random = env.random().fork("auditor");
        this.pause = env.signal();
    }

    /** Starts to describe an auditor; {@code truth} is the store itself and not a cache of it. */
    public static Builder over(Store truth, Env env) {
        return new Builder(truth, env);
    }

    /** Keys that were found wrong since the start. */
    public long differences() {
        return differences;
    }

    /** Ready while it runs: what it found was mended, and is told in the detail. */
    @Override
    protected Health working() {
        return Health.ready(last.map(found -> differences + " differences so far, the last " + found)
                .orElse("no differences"));
    }

    @Override
    protected void run() throws InterruptedException {
        long auditAt = env.time().nanos() + jittered(every);
        while (true) {
            pause.await(Duration.ofNanos(jittered(PROBE_PERIOD)));
            probe();
            if (env.time().nanos() - auditAt >= 0) {
                compare(audited.get(turn % audited.size()));
                turn++;
                auditAt = env.time().nanos() + jittered(every);
            }
        }
    }

    /** Up to a fifth earlier or later, so that the processes of a cluster do not ask together. */
    private long jittered(Duration period) {
        return (long) (period.toNanos() * (0.8 + 0.4 * random.nextDouble()));
    }

    private void probe() {
        try {
            long revision = truth.list(PROBE, ReadAt.LATEST).revision();
            audited.forEach(copy -> copy.storeReached(revision));
        } catch (StoreException unreachable) {
            LOG.atDebug().setCause(unreachable).log("the store does not say how far it is");
        }
    }

    private void compare(Audited copy) {
        var contents = copy.contents();
        if (contents.revision() <= 0) {
            return;
        }
        var comparison = Comparison.pick(contents, copy.selection(), KEYS_MAX, random);
        try {
            var stored = truth.list(comparison.selection(), new ReadAt.Exactly(contents.revision()));
            var found = comparison.with(stored);
            metrics.compared(copy.name(), stored.objects().size(), found.size());
            if (!found.isEmpty()) {
                report(copy, contents.revision(), found);
                copy.relist();
            }
        } catch (StoreException unknown) {
            metrics.skipped(copy.name()); // compacted or away: the next turn compares a newer state
        }
    }

    private void report(Audited copy, long revision, List<Comparison.Difference> found) {
        differences += found.size();
        var first = found.getFirst();
        last = Optional.of(first.key() + " in " + copy.name());
        LOG.atError()
                .addKeyValue("cache", copy.name())
                .addKeyValue("revision", revision)
                .addKeyValue("differences", found.size())
                .addKeyValue("object", first.key())
                .addKeyValue("shown", first.shownRevision())
                .addKeyValue("stored", first.storedRevision())
                .log("cache differs from the store and lists again");
    }

    /** Describes an auditor. Not thread-safe. */
    public static final class Builder {
        private final Store truth;
        private final Env env;
        private final List<Audited> audited = new ArrayList<>();
        private Duration every = Duration.ofSeconds(10);
        private AuditMetrics metrics = AuditMetrics.NONE;

        private Builder(Store truth, Env env) {
            this.truth = Objects.requireNonNull(truth, "truth");
            this.env = Objects.requireNonNull(env, "env");
        }

        /** Also compares this informer. */
        public Builder audits(Informer<?, ?> informer) {
            return audits(Audited.of(informer));
        }

        /** Also compares this watch cache. */
        public Builder audits(WatchCache cache) {
            return audits(Audited.of(cache));
        }

        /** Also compares this cache. */
        public Builder audits(Audited copy) {
            audited.add(Objects.requireNonNull(copy, "copy"));
            return this;
        }

        /**
         * How often one of the caches is compared, {@link #PROBE_PERIOD} or longer; 10 s unless told.
         *
         * @throws IllegalArgumentException when it is shorter
         */
        public Builder every(Duration period) {
            if (period.compareTo(PROBE_PERIOD) < 0) {
                throw new IllegalArgumentException(
                        "audits each " + period + " would load the store; at least each " + PROBE_PERIOD + " is meant");
            }
            this.every = period;
            return this;
        }

        /** Tells {@code newMetrics} what it finds; nobody unless told. */
        public Builder metrics(AuditMetrics newMetrics) {
            this.metrics = Objects.requireNonNull(newMetrics, "newMetrics");
            return this;
        }

        /**
         * The auditor.
         *
         * @throws IllegalStateException when there is nothing to audit
         */
        public Auditor build() {
            if (audited.isEmpty()) {
                throw new IllegalStateException("the auditor has nothing to audit: name its informers and caches");
            }
            return new Auditor(this);
        }
    }
}
