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
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps this agent's report in the store equal to what its parts say. {@link #change} may be called from any task. */
public final class ReportLoop extends TaskComponent {
    private static final Logger LOG = LoggerFactory.getLogger(ReportLoop.class);

    /**
     * Between two writes when only the applied revision moved on: soon enough for who looks, and no more than ten writes a second for each
     * agent, however fast endpoints change.
     */
    private static final Duration REVISION_PERIOD = Duration.ofMillis(100);

    /** The digest of rules is for who looks later, and follows each change. */
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
    private long writtenNanos; // the loop's own
    private long advancedNanos; // when the applied revision was written last; the loop's own

    /** Reports for the agent of this name. */
    public ReportLoop(Env env, Store store, String agent) {
        super(env, "report");
        this.env = env;
        this.store = store;
        this.key = Kinds.AGENT_REPORTS.key(ObjectKey.CLUSTER_SCOPE, agent);
        this.changed = env.signal();
        this.advancedNanos = env.time().nanos() - REVISION_PERIOD.toNanos();
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
        long now = env.time().nanos();
        advancedNanos = status.getAppliedRevision() == written.getAppliedRevision() ? advancedNanos : now;
        writtenNanos = now;
        written = status;
    }

    /** How long a status is not to be written yet; nothing of it must be lost meanwhile, for the next look is after that. */
    private Duration rest(AgentReportStatus status) {
        if (status.equals(written)) {
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
        return status.getAppliedRevision() == written.getAppliedRevision()
                ? DIGEST_PERIOD.minus(env.time().since(writtenNanos))
                : REVISION_PERIOD.minus(env.time().since(advancedNanos));
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
