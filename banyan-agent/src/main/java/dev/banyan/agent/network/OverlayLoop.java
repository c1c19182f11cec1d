package dev.banyan.agent.network;

import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.HostException;
import dev.banyan.agent.host.VerifyPace;
import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AgentReportSpec;
import dev.banyan.api.v1.AgentReportStatus;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.api.v1.AgentStatus;
import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.cache.Quarantined.QuarantinedException;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.manager.Health;
import dev.banyan.runtime.manager.TaskComponent;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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
    private final String self;
    private final ClusterRanges ranges;
    private final Informer<AgentSpec, AgentStatus> agents;
    private final Informer<AgentReportSpec, AgentReportStatus> reports;
    private final Signal changed;
    private final VerifyPace pace; // the loop's own
    private volatile Optional<String> blind = Optional.empty(); // why the last look failed; written by the loop
    private volatile Health health = new Health(false, "nothing applied yet"); // written by the loop
    private List<Peer> applied = List.of(); // the loop's own
    private boolean everApplied; // the loop's own

    /** Connects the agent named {@code self} with all others. */
    public OverlayLoop(
            Env env,
            OverlayDriver driver,
            String self,
            ClusterRanges ranges,
            Informer<AgentSpec, AgentStatus> agents,
            Informer<AgentReportSpec, AgentReportStatus> reports) {
        super(env, "overlay");
        this.env = env;
        this.driver = driver;
        this.self = self;
        this.ranges = ranges;
        this.agents = agents;
        this.reports = reports;
        this.changed = env.signal();
        this.pace = new VerifyPace(env.time().nanos());
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
        var peers = agents.lister().lastReadable().stream()
                .flatMap(agent -> peer(agent).stream())
                .toList();
        boolean same = everApplied && peers.equals(applied);
        if (same && !drifted()) {
            return;
        }
        long revision = Math.min(agents.appliedRevision(), reports.appliedRevision());
        var outcome = driver.apply(new OverlayPlan(revision, ranges, peers));
        if (outcome instanceof OverlayOutcome.Applied) {
            applied = peers;
            everApplied = true;
        }
        report(outcome);
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
            return seen instanceof OverlayCheck.Different;
        } finally {
            pace.looked(began, env.time().nanos());
        }
    }

    private void report(OverlayOutcome outcome) {
        health = switch (outcome) {
            case OverlayOutcome.Applied done -> new Health(true, "revision " + done.revision());
            case OverlayOutcome.Failed failed -> new Health(false, String.join("; ", failed.problems()));
        };
        if (outcome instanceof OverlayOutcome.Failed failed) {
            LOG.atError().addKeyValue("problems", failed.problems()).log("overlay not complete");
        }
    }

    /** An agent that has not told its address, or has no subnet yet, cannot be reached. */
    private Optional<Peer> peer(Resource<AgentSpec, AgentStatus> agent) {
        if (agent.name().equals(self) || agent.spec().getSubnet().isEmpty()) {
            return Optional.empty();
        }
        return reports.lister()
                .lastReadable(Kinds.AGENT_REPORTS.key(ObjectKey.CLUSTER_SCOPE, agent.name()))
                .map(report -> report.status().getHostAddress())
                .filter(address -> !address.isEmpty())
                .map(address -> Peer.of(agent.name(), address, agent.spec().getSubnet()));
    }
}
