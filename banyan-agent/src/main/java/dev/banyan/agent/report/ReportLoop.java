package dev.banyan.agent.report;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AgentReportSpec;
import dev.banyan.api.v1.AgentReportStatus;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.manager.Health;
import dev.banyan.runtime.manager.TaskComponent;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.StoreException;
import dev.banyan.runtime.store.Write;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps this agent's report in the store equal to what its parts say. {@link #change} may be called from any task. */
public final class ReportLoop extends TaskComponent {
    private static final Logger LOG = LoggerFactory.getLogger(ReportLoop.class);

    /**
     * Of writes when only the applied revision moved on: no more than ten a second for each agent, however fast endpoints change, but some at
     * once. A replica that comes or goes is a few changes shortly one after the other, and whoever waits, waits for the last.
     */
    private static final Duration REVISION_PERIOD = Duration.ofMillis(100);

    private static final int REVISIONS_AT_ONCE = 5;

    /**
     * The digest of rules is for who looks later, and follows each change. One that is gone tells that a change is under way, whose revision
     * would have to wait for a write of that alone.
     */
    private static final Duration DIGEST_PERIOD = Duration.ofSeconds(1);

    private static final int WAITED_MAX = 1_000;

    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Env env;
    private final Store store;
    private final ObjectKey key;
    private final AtomicReference<AgentReportStatus> wanted =
            new AtomicReference<>(AgentReportStatus.getDefaultInstance());
    /** Revisions that somebody may wait for and that were not reported yet. */
    private final ConcurrentSkipListSet<Long> waited = new ConcurrentSkipListSet<>();

    private final Signal changed;
    private volatile Health health = new Health(false, "nothing reported yet"); // written by the loop
    private Optional<String> uid = Optional.empty(); // of the report that was written last; the loop's own
    private AgentReportStatus written = AgentReportStatus.getDefaultInstance(); // the loop's own
    private long paidNanos; // until when the writes of revisions use up what they may; the loop's own
    /** Since when only the digest is not written; the loop's own. */
    private OptionalLong digestNanos = OptionalLong.empty();

    /** Reports for the agent of this name. */
    public ReportLoop(Env env, Store store, String agent) {
        super(env, "report");
        this.env = env;
        this.store = store;
        this.key = Kinds.AGENT_REPORTS.key(ObjectKey.CLUSTER_SCOPE, agent);
        this.changed = env.signal();
        this.paidNanos = env.time().nanos();
    }

    /** Changes what is to be reported; {@code edit} is pure and quick. */
    public void change(UnaryOperator<AgentReportStatus> edit) {
        var ignored = wanted.updateAndGet(edit);
        changed.raise();
    }

    /** Somebody may wait until this agent reports {@code revision}: then it is written when it is applied. */
    public void waited(long revision) {
        waited.add(revision);
        if (waited.size() > WAITED_MAX) {
            var ignored = waited.pollFirst(); // a later one stands for it
        }
        changed.raise();
    }

    /** What is to be reported at this moment, written already or not. */
    public AgentReportStatus now() {
        return wanted.get();
    }

    @Override
    protected Health working() {
        return health;
    }

    @Override
    protected void run() throws InterruptedException {
        while (true) {
            var status = wanted.get();
            var rest = rest(status);
            if (!rest.isPositive()) {
                rest = RETRY;
                if (write(status)) {
                    wrote(status);
                }
            }
            var ignored = changed.await(rest);
        }
    }

    private void wrote(AgentReportStatus status) {
        if (status.getAppliedRevision() != written.getAppliedRevision()) {
            paidNanos = Math.max(paidNanos, env.time().nanos()) + REVISION_PERIOD.toNanos();
        }
        digestNanos = OptionalLong.empty();
        written = status;
    }

    /** How long a status is not to be written yet; nothing of it must be lost meanwhile, for the next look is after that. */
    private Duration rest(AgentReportStatus status) {
        if (status.equals(written)) {
            digestNanos = OptionalLong.empty();
            return RETRY;
        }
        boolean revisionOnly = status.toBuilder()
                .setAppliedRevision(written.getAppliedRevision())
                .setRulesDigest(written.getRulesDigest())
                .build()
                .equals(written);
        waited.headSet(written.getAppliedRevision(), true).clear();
        if (!revisionOnly || waited.floor(status.getAppliedRevision()) != null) {
            return Duration.ZERO;
        }
        return status.getAppliedRevision() == written.getAppliedRevision() ? restOfDigest() : restOfRevision();
    }

    private Duration restOfDigest() {
        long since = digestNanos.orElse(env.time().nanos());
        digestNanos = OptionalLong.of(since);
        return DIGEST_PERIOD.minus(env.time().since(since));
    }

    private Duration restOfRevision() {
        return Duration.ofNanos(paidNanos - env.time().nanos())
                .minus(REVISION_PERIOD.multipliedBy(REVISIONS_AT_ONCE - 1));
    }

    private boolean write(AgentReportStatus status) {
        try {
            if (uid.isPresent() && commit(uid.get(), status)) {
                return true;
            }
            uid = uid();
            return uid.isPresent() && commit(uid.get(), status);
        } catch (StoreException unreachable) {
            health = new Health(false, String.valueOf(unreachable.getMessage()));
            return false;
        }
    }

    /** Of the report that is in the store; one is created where there is none. */
    private Optional<String> uid() {
        var found = store.get(key, ReadAt.LATEST);
        if (found.isEmpty()) {
            var created = store.commit(Commit.of(new Write.Create(
                    Draft.of(key, Kinds.AGENT_REPORTS.spec().encode(AgentReportSpec.getDefaultInstance())))));
            LOG.atDebug().addKeyValue("outcome", created).log("report created");
            found = store.get(key, ReadAt.LATEST);
        }
        return found.map(report -> report.meta().uid());
    }

    private boolean commit(String report, AgentReportStatus status) {
        var outcome = store.commit(Commit.of(
                new Write.UpdateStatus(key, report, Kinds.AGENT_REPORTS.status().encode(status))));
        health = new Health(outcome.written(), outcome.toString());
        return outcome.written();
    }
}
