package dev.banyan.agent.proxy;

import dev.banyan.agent.change.Changes;
import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.HostException;
import dev.banyan.agent.host.VerifyPace;
import dev.banyan.api.v1.EndpointsSpec;
import dev.banyan.api.v1.EndpointsStatus;
import dev.banyan.api.v1.ServiceSpec;
import dev.banyan.api.v1.ServiceStatus;
import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.cache.Quarantined.QuarantinedException;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.manager.Health;
import dev.banyan.runtime.manager.TaskComponent;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the load balancer equal to the cluster's services and endpoints: applies at each change, and compares with the kernel once a
 * second, since nobody tells of a table that was flushed by hand. Stopping it changes nothing: what is served goes on being served.
 */
public final class ProxyLoop extends TaskComponent {
    private static final Logger LOG = LoggerFactory.getLogger(ProxyLoop.class);
    private static final Duration LOOK_UP = Duration.ofSeconds(1);

    private final Env env;
    private final NftablesProxy proxy;
    private final ClusterRanges ranges;
    private final Supplier<List<String>> tags;
    private final Informer<ServiceSpec, ServiceStatus> services;
    private final Informer<EndpointsSpec, EndpointsStatus> endpoints;
    private final Consumer<ProxyOutcome> applied;
    private final Signal changed;
    private final Changes changes;
    private final VerifyPace pace; // the loop's own
    private volatile Optional<String> blind = Optional.empty(); // why the last look failed; written by the loop
    private volatile Health health = new Health(false, "nothing applied yet"); // written by the loop
    private long appliedRevision; // the loop's own
    private Optional<ProxySet> appliedSet = Optional.empty(); // the loop's own
    private String digest = ""; // of the rules as the kernel was found to hold them; the loop's own

    /** Serves the two informers' content; {@code tags} are the agent's, {@code applied} learns of each outcome. */
    public ProxyLoop(
            Env env,
            NftablesProxy proxy,
            ClusterRanges ranges,
            Supplier<List<String>> tags,
            Informer<ServiceSpec, ServiceStatus> services,
            Informer<EndpointsSpec, EndpointsStatus> endpoints,
            Consumer<ProxyOutcome> applied) {
        super(env, "proxy");
        this.env = env;
        this.proxy = proxy;
        this.ranges = ranges;
        this.tags = tags;
        this.services = services;
        this.endpoints = endpoints;
        this.applied = applied;
        this.changed = env.signal();
        this.pace = new VerifyPace(env.time().nanos());
        this.changes = new Changes(changed);
        changes.follow(services);
        changes.follow(endpoints);
    }

    @Override
    protected Health working() {
        return blind.map(Health::notReady).orElse(health);
    }

    @Override
    protected void run() throws InterruptedException {
        resume();
        while (true) {
            var ignored = changed.await(LOOK_UP);
            try {
                step();
            } catch (HostException failed) {
                blind = Optional.of(failed.reason());
                LOG.atError().setCause(failed).log("load balancer cannot be looked at");
            } catch (QuarantinedException unreadable) {
                standStill(unreadable);
            }
        }
    }

    private void resume() throws InterruptedException {
        try {
            proxy.resume().ifPresent(this::report);
        } catch (HostException | IllegalArgumentException failed) {
            LOG.atError().setCause(failed).log("the kept set cannot be served");
        }
    }

    private void step() throws InterruptedException {
        if (!changes.begun()) {
            repair();
            return;
        }
        var set = wanted();
        boolean sameContent = appliedSet.filter(last -> same(last, set)).isPresent();
        if (sameContent) {
            advance(set.revision());
        }
        if (!sameContent || drifted()) {
            var outcome = proxy.apply(set);
            digest = "";
            if (outcome instanceof ProxyOutcome.Applied) {
                appliedSet = Optional.of(set);
                appliedRevision = set.revision();
            }
            report(outcome);
        }
    }

    /** No engine has answered since the start: what was applied before is kept up, and nothing new is decided. */
    private void repair() throws InterruptedException {
        if (drifted()) {
            proxy.resume().ifPresent(this::report);
        }
    }

    /** What is served stays as it is: to serve without an object would be to decide from its absence. */
    private void standStill(QuarantinedException unreadable) throws InterruptedException {
        try {
            repair();
        } catch (HostException failed) {
            blind = Optional.of(failed.reason());
        }
        health = Health.notReady(String.valueOf(unreadable.getMessage())); // whatever the repair said of itself
    }

    /** Looks at the kernel no oftener than the pace says, however often something else happens. */
    private boolean drifted() throws InterruptedException {
        long began = env.time().nanos();
        if (!pace.due(began)) {
            return false;
        }
        try {
            var seen = proxy.verify();
            blind = Optional.empty();
            if (seen instanceof ProxyCheck.Equal && digest.isEmpty() && appliedSet.isPresent()) {
                digest = proxy.digest();
                applied.accept(new ProxyOutcome.Applied(appliedRevision, digest, proxy.taken()));
            }
            return seen instanceof ProxyCheck.Different;
        } finally {
            pace.looked(began, env.time().nanos());
        }
    }

    /** Something changed up to a newer revision, and nothing that is served: that revision is applied too. */
    private void advance(long revision) {
        if (revision > appliedRevision) {
            appliedRevision = revision;
            applied.accept(new ProxyOutcome.Applied(revision, digest, proxy.taken()));
        }
    }

    private void report(ProxyOutcome outcome) {
        health = switch (outcome) {
            case ProxyOutcome.Applied done -> new Health(true, "revision " + done.revision());
            case ProxyOutcome.Failed failed -> new Health(false, failed.reason());
        };
        applied.accept(outcome);
    }

    private ProxySet wanted() {
        return ProxyPlan.of(
                changes.confirmable(), ranges, tags.get(), services.lister().lastReadable(), endpoints.lister());
    }

    private static boolean same(ProxySet one, ProxySet other) {
        return one.ranges().equals(other.ranges())
                && one.frontends().equals(other.frontends())
                && one.services().equals(other.services())
                && one.dual().equals(other.dual());
    }
}
