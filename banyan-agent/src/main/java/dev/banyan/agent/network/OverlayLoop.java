package dev.banyan.agent.network;

import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.HostException;
import dev.banyan.agent.host.VerifyPace;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AgentReportSpec;
import dev.banyan.api.v1.AgentReportStatus;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.api.v1.AgentStatus;
import dev.banyan.api.v1.OverlayReport;
import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.cache.Quarantined.QuarantinedException;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.manager.Health;
import dev.banyan.runtime.manager.TaskComponent;
import dev.banyan.runtime.resource.ObjectKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the overlay equal to the cluster's agents: applies at each change, and compares with the kernel once a second. Stopping it changes
 * nothing: what is connected stays connected.
 */
public final class OverlayLoop extends TaskComponent {
    private static final Logger LOG = LoggerFactory.getLogger(OverlayLoop.class);
    private static final Duration LOOK_UP = Duration.ofSeconds(1);

    private final Env env;
    private final OverlayDriver driver;
    private final Self place;
    private final Informer<AgentSpec, AgentStatus> agents;
    private final Informer<AgentReportSpec, AgentReportStatus> reports;
    private final PathSizes paths;
    private final Signal changed;
    private final Consumer<OverlayReport> told;
    private final VerifyPace pace; // the loop's own
    private final OverlayNews news; // the loop's own
    private volatile Optional<String> blind = Optional.empty(); // why the last look failed; written by the loop
    private volatile Health health = new Health(false, "nothing applied yet"); // written by the loop
    private List<Peer> applied = List.of(); // the loop's own
    private boolean everApplied; // the loop's own
    private Optional<OverlayOutcome> last = Optional.empty(); // the loop's own
    private List<String> unfit = List.of(); // agents that cannot be peers; the loop's own

    /**
     * The agent that is connected with all others.
     *
     * @param ranges where its containers are
     * @param own where its end of the overlay is, as others shall read it
     */
    public record Self(String name, ClusterRanges ranges, OverlayReport own) {}

    /** The cluster's agents, as they are and as they say they are. */
    public record Others(
            Informer<AgentSpec, AgentStatus> agents,
            Informer<AgentReportSpec, AgentReportStatus> reports,
            PathSizes paths) {
        /** The ways to them take what the links take. */
        public Others(Informer<AgentSpec, AgentStatus> agents, Informer<AgentReportSpec, AgentReportStatus> reports) {
            this(agents, reports, PathSizes.NONE);
        }
    }

    /** {@code told} is given what the cluster shall know of the overlay whenever it has changed; it must not wait. */
    public OverlayLoop(Env env, OverlayDriver driver, Self self, Others others, Consumer<OverlayReport> told) {
        super(env, "overlay");
        this.env = env;
        this.driver = driver;
        this.place = self;
        this.agents = others.agents();
        this.reports = others.reports();
        this.paths = others.paths();
        this.told = told;
        this.changed = env.signal();
        this.pace = new VerifyPace(env.time().nanos());
        this.news = new OverlayNews(self.own(), env.time().nanos());
        agents.addProgressListener(revision -> changed.raise());
        reports.addProgressListener(revision -> changed.raise());
    }

    @Override
    protected Health working() {
        return blind.map(Health::notReady).orElse(health);
    }

    @Override
    protected void run() throws InterruptedException {
        try {
            driver.resume().ifPresent(this::report);
        } catch (HostException | IllegalArgumentException failed) {
            LOG.atError().setCause(failed).log("the kept overlay cannot be applied");
        }
        while (true) {
            var ignored = changed.await(LOOK_UP);
            try {
                step();
            } catch (HostException failed) {
                blind = Optional.of(failed.reason());
                LOG.atError().setCause(failed).log("overlay cannot be looked at");
            } catch (QuarantinedException unreadable) {
                standStill(unreadable);
            }
        }
    }

    private void step() throws InterruptedException {
        if (!agents.synced() || !reports.synced()) {
            repair();
            return;
        }
        var reading = PeerReading.of(place, agents.lister().lastReadable(), this::said);
        unfit = reading.problems();
        boolean sized = driver.sized(paths.sizes());
        boolean same = everApplied && !sized && reading.peers().equals(applied);
        if (same && !drifted()) {
            tell();
            return;
        }
        long revision = Math.min(agents.appliedRevision(), reports.appliedRevision());
        var outcome = driver.apply(new OverlayPlan(revision, place.ranges(), reading.peers()));
        applied = reading.peers();
        everApplied = true;
        report(outcome);
    }

    private Optional<AgentReportStatus> said(String agent) {
        return reports.lister()
                .lastReadable(Kinds.AGENT_REPORTS.key(ObjectKey.CLUSTER_SCOPE, agent))
                .map(report -> report.status());
    }

    /** No engine has answered since the start: what was applied before is kept up, and nothing new is decided. */
    private void repair() throws InterruptedException {
        if (drifted()) {
            driver.resume().ifPresent(this::report);
        }
    }

    /** The routes stay as they are: to go on without an object would be to decide from its absence. */
    private void standStill(QuarantinedException unreadable) throws InterruptedException {
        health = Health.notReady(String.valueOf(unreadable.getMessage()));
        try {
            repair();
        } catch (HostException failed) {
            blind = Optional.of(failed.reason());
        }
    }

    /** Looks at the kernel no oftener than the pace says, however often something else happens. */
    private boolean drifted() throws InterruptedException {
        long began = env.time().nanos();
        if (!pace.due(began)) {
            return false;
        }
        try {
            var seen = driver.verify();
            blind = Optional.empty();
            if (seen instanceof OverlayCheck.Different(var reasons)) {
                undone(reasons);
            }
            return seen instanceof OverlayCheck.Different || unfinished();
        } finally {
            pace.looked(began, env.time().nanos());
        }
    }

    /** Applying again may do what is left: what was missing on the server may be there meanwhile. */
    private boolean unfinished() {
        return last.filter(outcome -> !(outcome instanceof OverlayOutcome.Applied))
                .isPresent();
    }

    /** Somebody else took it away; what never was there is told of with the outcome. */
    private void undone(List<String> reasons) {
        if (last.filter(OverlayOutcome.Applied.class::isInstance).isPresent()) {
            LOG.atWarn().addKeyValue("differences", reasons).log("overlay was changed by others and is mended");
        }
    }

    private void report(OverlayOutcome outcome) {
        health = switch (outcome) {
            case OverlayOutcome.Applied done -> new Health(true, "revision " + done.revision());
            case OverlayOutcome.Failed failed -> new Health(false, String.join("; ", failed.problems()));
            case OverlayOutcome.Refused refused -> new Health(false, refused.reason());
        };
        // Once, and not each second until it is mended.
        if (!health.ready() && !last.map(OverlayLoop::troubles).equals(Optional.of(troubles(outcome)))) {
            LOG.atError().addKeyValue("problems", troubles(outcome)).log("overlay not complete");
        }
        last = Optional.of(outcome);
        tell();
    }

    private static List<String> troubles(OverlayOutcome outcome) {
        return switch (outcome) {
            case OverlayOutcome.Applied done -> List.of();
            case OverlayOutcome.Failed failed -> failed.problems();
            case OverlayOutcome.Refused refused -> List.of(refused.reason());
        };
    }

    private void tell() {
        var links = driver.links();
        paths.seen(applied, links);
        last.flatMap(outcome -> news.due(outcome, unfit, links, env.time().nanos()))
                .ifPresent(told);
    }
}
