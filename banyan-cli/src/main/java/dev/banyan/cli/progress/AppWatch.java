package dev.banyan.cli.progress;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.kinds.Labels;
import dev.banyan.api.v1.AgentReportSpec;
import dev.banyan.api.v1.AgentReportStatus;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.api.v1.AgentStatus;
import dev.banyan.api.v1.DeploymentSpec;
import dev.banyan.api.v1.DeploymentStatus;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.cache.Lister;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.env.Signal;
import dev.banyan.runtime.resource.LabelSelector;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Informers on one app and on the agents. Started by its maker; for one reader. */
public final class AppWatch implements AutoCloseable {
    /** An engine that has nothing to tell says so every second. */
    private static final Duration SILENCE_MAX = Duration.ofSeconds(3);

    private final ObjectKey key;
    private final Signal moved;
    private final Informer<DeploymentSpec, DeploymentStatus> deployments;
    private final Informer<TaskSpec, TaskStatus> tasks;
    private final Informer<AgentSpec, AgentStatus> agents;
    private final Informer<AgentReportSpec, AgentReportStatus> reports;

    private volatile long heardNanos; // written by the informers' tasks

    private AppWatch(Store store, Env env, ObjectKey key) {
        var ours = LabelSelector.of(Labels.DEPLOYMENT, key.name());
        this.key = key;
        this.moved = env.signal();
        this.heardNanos = env.time().nanos();
        this.deployments = Informer.of(Kinds.DEPLOYMENTS, store, env)
                .selection(Selection.of(key))
                .build();
        this.tasks = Informer.of(Kinds.TASKS, store, env)
                .selection(Selection.of(Kinds.TASKS.name()).in(key.namespace()).labelled(ours))
                .build();
        this.agents = Informer.of(Kinds.AGENTS, store, env).build();
        this.reports = Informer.of(Kinds.AGENT_REPORTS, store, env).build();
    }

    /** Begins to watch the deployment of that key. */
    public static AppWatch start(Store store, Env env, ObjectKey key) {
        var watch = new AppWatch(store, env, key);
        for (var informer : watch.informers()) {
            informer.addProgressListener(revision -> watch.heard(env.time().nanos()));
            informer.start();
        }
        return watch;
    }

    private void heard(long nowNanos) {
        heardNanos = nowNanos;
        moved.raise();
    }

    /** Waits until something may have moved, at most {@code atMost}. */
    public boolean await(Duration atMost) throws InterruptedException {
        return moved.await(atMost);
    }

    /** What is known now; its revision is 0 until all of it was read. */
    public AppState state() {
        // Revisions are read before the objects, so that the objects are never older than they claim.
        long revision = informers().stream().mapToLong(AppWatch::applied).min().orElse(0);
        return new AppState(
                key.name(), deployments.lister().get(key), tasks.lister().list(), undecided(), revision);
    }

    private boolean undecided() {
        return agents.lister().list().stream()
                .anyMatch(agent -> switch (agent.status().getState()) {
                    case STATE_UNSPECIFIED, SUSPECT -> true;
                    case READY, LOST, UNRECOGNIZED -> false;
                });
    }

    /** Why what is known may be old; empty while the cluster is heard. */
    public Optional<String> trouble(long nowNanos) {
        var silence = Duration.ofNanos(nowNanos - heardNanos);
        return silence.compareTo(SILENCE_MAX) < 0
                ? Optional.empty()
                : Optional.of("nothing heard from the engine for " + silence.toSeconds() + " s");
    }

    private static long applied(Informer<?, ?> informer) {
        return informer.synced() ? informer.appliedRevision() : 0;
    }

    public Lister<AgentSpec, AgentStatus> agents() {
        return agents.lister();
    }

    public Lister<AgentReportSpec, AgentReportStatus> reports() {
        return reports.lister();
    }

    @Override
    public void close() {
        informers().forEach(Informer::stop);
    }

    private List<Informer<?, ?>> informers() {
        return List.of(deployments, tasks, agents, reports);
    }
}
