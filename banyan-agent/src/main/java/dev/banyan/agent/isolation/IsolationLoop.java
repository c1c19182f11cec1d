package dev.banyan.agent.isolation;

import dev.banyan.agent.change.Changes;
import dev.banyan.agent.host.CheckedFile;
import dev.banyan.agent.host.HostException;
import dev.banyan.agent.host.VerifyPace;
import dev.banyan.api.v1.AgentReportSpec;
import dev.banyan.api.v1.AgentReportStatus;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.api.v1.AgentStatus;
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

/** Keeps apart what the cluster says, for the containers that are here. Stopping it changes nothing. */
public final class IsolationLoop extends TaskComponent {
    private static final Logger LOG = LoggerFactory.getLogger(IsolationLoop.class);

    /** At least so often is looked whether it is time to compare, and at what no informer tells of. */
    private static final Duration LOOK_UP = Duration.ofSeconds(1);

    /** Between two writes of the file. */
    private static final Duration KEEP = Duration.ofSeconds(1);

    private final Env env;
    private final IsolationRules rules;
    private final Attached attached;
    private final CheckedFile memory;
    private final Sources sources;
    private final Consumer<IsolationOutcome> applied;
    private final Signal changed;
    private final Changes changes;
    private final VerifyPace pace; // the loop's own, as all below but for health
    private volatile Health health = new Health(false, "nothing applied yet"); // written by the loop
    private final ViewReader reader = new ViewReader();
    private Optional<ClusterView> view = Optional.empty();
    private Optional<ClusterView> written = Optional.empty();
    private Optional<ClusterView> ruled = Optional.empty();
    private List<Container> ruledContainers = List.of();
    private List<Container> led = List.of();
    private Optional<String> unreadable = Optional.empty();
    private long told;
    private long writtenNanos;

    /**
     * Where the view comes from.
     *
     * @param engines addresses of engines, as this server finds them now
     */
    public record Sources(
            Informer<AgentSpec, AgentStatus> agents,
            Informer<AgentReportSpec, AgentReportStatus> reports,
            Informer<ServiceSpec, ServiceStatus> services,
            Informer<EndpointsSpec, EndpointsStatus> endpoints,
            Supplier<List<String>> engines) {
        boolean synced() {
            return agents.synced() && reports.synced();
        }

        ClusterView now(ViewReader reader, long revision, List<String> knownEngines) {
            var found = ViewReader.canonical(engines.get());
            return new ClusterView(
                    revision,
                    reader.services(services.lister().lastReadable(), endpoints.lister()),
                    ViewReader.servers(
                            agents.lister().lastReadable(), reports.lister().lastReadable()),
                    // Names that are not found for a moment are no reason to open what was closed.
                    found.isEmpty() ? knownEngines : found);
        }
    }

    /** {@code applied} is told of what came of it; it must not wait. */
    public IsolationLoop(
            Env env,
            IsolationRules rules,
            Attached attached,
            CheckedFile memory,
            Sources sources,
            Consumer<IsolationOutcome> applied) {
        super(env, "isolation");
        this.env = env;
        this.rules = rules;
        this.attached = attached;
        this.memory = memory;
        this.sources = sources;
        this.applied = applied;
        this.changed = attached.changed();
        this.pace = new VerifyPace(env.time().nanos());
        this.writtenNanos = env.time().nanos() - KEEP.toNanos();
        this.changes = new Changes(changed);
        changes.heed(sources.agents());
        changes.heed(sources.reports());
        changes.follow(sources.services());
        changes.follow(sources.endpoints());
    }

    @Override
    protected Health working() {
        return health;
    }

    @Override
    protected void run() throws InterruptedException {
        recall();
        while (true) {
            var ignored = changed.await(LOOK_UP);
            try {
                step();
            } catch (HostException failed) {
                if (health.ready()) {
                    LOG.atError().setCause(failed).log("apps cannot be kept apart");
                }
                health = Health.notReady(failed.reason());
                ruled = Optional.empty();
                applied.accept(new IsolationOutcome.Failed(failed.reason()));
            }
        }
    }

    private void recall() {
        try {
            switch (memory.read()) {
                case CheckedFile.Contents.Intact(var text) -> view = Optional.of(ViewFormat.read(text));
                case CheckedFile.Contents.Absent() -> {}
                case CheckedFile.Contents.Damaged(var reason) ->
                    LOG.atWarn().addKeyValue("reason", reason).log("the kept view of the cluster is unusable");
            }
        } catch (HostException | IllegalArgumentException unusable) {
            LOG.atWarn().setCause(unusable).log("the kept view of the cluster is unusable");
        }
    }

    private void step() throws InterruptedException {
        boolean complete = attached.settle();
        look();
        // Rules without the containers of before would cut these off; the kernel still has those of before.
        if (!complete) {
            return;
        }
        var containers = attached.containers();
        if (view.isEmpty() && containers.isEmpty()) {
            view = Optional.of(ClusterView.EMPTY); // closed from the beginning
        }
        if (view.isPresent()) {
            apply(view.get(), containers);
            keep(view.get());
        }
    }

    private void look() {
        if (!changes.begun() || !sources.synced()) {
            return;
        }
        try {
            view = Optional.of(sources.now(
                    reader,
                    changes.confirmable(),
                    view.map(ClusterView::engines).orElse(List.of())));
            unreadable = Optional.empty();
        } catch (QuarantinedException held) {
            // What is ruled stays: to go on without an object would be to decide from its absence.
            unreadable = Optional.of(String.valueOf(held.getMessage()));
        }
    }

    private void apply(ClusterView wanted, List<Container> containers) throws InterruptedException {
        boolean same = ruled.filter(last -> last.saysAs(wanted)).isPresent() && containers.equals(ruledContainers);
        if (!same || drifted()) {
            led = rules.apply(wanted, containers);
            ruled = Optional.of(wanted);
            ruledContainers = containers;
        }
        attached.led(led);
        health = unreadable.map(Health::notReady).orElseGet(() -> new Health(true, "revision " + wanted.revision()));
        tell(wanted, same);
    }

    /** A revision that changed nothing here is told of when it is news. */
    private void tell(ClusterView wanted, boolean same) {
        if (wanted.revision() > told || !same) {
            told = Math.max(told, wanted.revision());
            applied.accept(new IsolationOutcome.Applied(told));
        }
    }

    private boolean drifted() throws InterruptedException {
        long began = env.time().nanos();
        if (!pace.due(began)) {
            return false;
        }
        try {
            var reasons = rules.differences();
            if (!reasons.isEmpty()) {
                LOG.atWarn().addKeyValue("differences", reasons).log("isolation was changed by others and is mended");
            }
            return !reasons.isEmpty();
        } finally {
            pace.looked(began, env.time().nanos());
        }
    }

    private void keep(ClusterView wanted) {
        long now = env.time().nanos();
        if (written.filter(wanted::saysAs).isPresent() || now - writtenNanos < KEEP.toNanos()) {
            return;
        }
        writtenNanos = now;
        memory.write(ViewFormat.write(wanted));
        written = Optional.of(wanted);
    }
}
