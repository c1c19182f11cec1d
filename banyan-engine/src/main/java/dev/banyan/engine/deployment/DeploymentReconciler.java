package dev.banyan.engine.deployment;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.kinds.Labels;
import dev.banyan.api.kinds.TaskName;
import dev.banyan.api.v1.DeploymentSpec;
import dev.banyan.api.v1.DeploymentStatus;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.engine.deployment.DeploymentPlan.Action;
import dev.banyan.engine.planning.Finalizers;
import dev.banyan.runtime.controller.Reconciler;
import dev.banyan.runtime.controller.Request;
import dev.banyan.runtime.controller.Result;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.Precondition;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import dev.banyan.runtime.store.WriteOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reconciles one Deployment: see the package. */
public final class DeploymentReconciler implements Reconciler {
    /** Writes in one commit: half of the store's limit, since container specs are large. */
    private static final int BATCH = 32;

    private final Store store;
    private final DeploymentSource source;
    private final DeploymentNews news;

    public DeploymentReconciler(Store store, DeploymentSource source, DeploymentNews news) {
        this.store = store;
        this.source = source;
        this.news = news;
    }

    @Override
    public Result reconcile(Request request) {
        var found = source.deployment(request.key());
        if (found.isEmpty()) {
            news.gone(request.key());
            return Result.done();
        }
        var deployment = found.get();
        var tasks = source.tasks(deployment.key());
        var planner = new DeploymentPlanner(deployment.name(), deployment.spec(), tasks);
        if (deployment.meta().deleting()) {
            news.gone(deployment.key());
            return apply(deployment, planner.forRemoval(), tasks);
        }
        var release = source.release(deployment);
        if (release.isEmpty()) {
            // Written in the same commit as the Deployment: the other informer is only behind.
            return Result.await(deployment.meta().revision());
        }
        var agents = source.agents(deployment.key().namespace());
        var plan = planner.forRelease(release.get(), source.addresses(deployment.key()), agents);
        var result = apply(deployment, plan, tasks);
        report(deployment, DeploymentReport.of(deployment.meta().generation(), release.get(), plan, agents));
        return result;
    }

    private Result apply(
            Resource<DeploymentSpec, DeploymentStatus> deployment, DeploymentPlan plan, List<TaskView> tasks) {
        var actions = plan.actions();
        long revision = 0;
        for (int from = 0; from < actions.size(); from += BATCH) {
            var batch = actions.subList(from, Math.min(actions.size(), from + BATCH));
            switch (store.commit(commit(deployment, batch))) {
                case WriteOutcome.Written written -> {
                    revision = written.revision();
                    news.done(deployment.key(), batch, tasks);
                    news.waived(deployment, batch, plan.waived());
                }
                // Somebody else acted: what was planned on is old. The event that says so is on its way.
                case WriteOutcome.Conflict conflict -> {
                    return Result.await(conflict.revision());
                }
                case WriteOutcome outcome -> {
                    return Result.after(outcome);
                }
            }
        }
        return revision == 0 ? Result.done() : Result.await(revision);
    }

    private Commit commit(Resource<DeploymentSpec, DeploymentStatus> deployment, List<Action> batch) {
        var writes = new ArrayList<Write>();
        boolean creates = false;
        for (var action : batch) {
            creates |= action instanceof Action.Create;
            writes.add(write(deployment, action));
        }
        // Creating is decided from the deployment's content; stopping and forgetting compare the tasks themselves.
        return creates
                ? new Commit(
                        List.of(new Precondition.SameIncarnation(
                                deployment.key(), deployment.meta().createRevision())),
                        writes)
                : new Commit(List.of(), writes);
    }

    private static Write write(Resource<DeploymentSpec, DeploymentStatus> deployment, Action action) {
        return switch (action) {
            case Action.Create create -> new Write.Create(draft(deployment, create.spec()));
            case Action.Stop stop -> stop(stop.task());
            case Action.Forget forget ->
                new Write.Delete(forget.task().key(), forget.task().uid());
            case Action.Release release -> releaseFinalizer(deployment);
        };
    }

    private static Draft draft(Resource<DeploymentSpec, DeploymentStatus> deployment, TaskSpec spec) {
        var name = new TaskName(
                spec.getDeployment(), spec.getService(), spec.getRelease(), spec.getSlot(), spec.getOrdinal());
        var key = Kinds.TASKS.key(deployment.key().namespace(), name.toString());
        return Draft.of(key, Kinds.TASKS.spec().encode(spec))
                .ownedBy(deployment.asOwner())
                .labelled(Map.of(
                        Labels.DEPLOYMENT, spec.getDeployment(),
                        Labels.SERVICE, spec.getService(),
                        Labels.RELEASE, Long.toString(spec.getRelease()),
                        Labels.SLOT, Integer.toString(spec.getSlot())));
    }

    private static Write stop(Resource<TaskSpec, TaskStatus> task) {
        var base = Kinds.TASKS.encode(task);
        var spec = task.spec().toBuilder().setDesired(TaskSpec.Desired.STOP).build();
        return new Write.Update(
                base, Draft.from(base).withSpec(Kinds.TASKS.spec().encode(spec)));
    }

    private static Write releaseFinalizer(Resource<DeploymentSpec, DeploymentStatus> deployment) {
        var base = Kinds.DEPLOYMENTS.encode(deployment);
        var left = deployment.meta().finalizers().stream()
                .filter(name -> !name.equals(Finalizers.TASKS))
                .toList();
        return new Write.Update(base, Draft.from(base).finalizedBy(left));
    }

    private void report(Resource<DeploymentSpec, DeploymentStatus> deployment, DeploymentStatus status) {
        if (!status.equals(deployment.status())) {
            // A status is soft: whatever becomes of this write, the next reconcile compares again.
            var outcome = store.commit(Commit.of(new Write.UpdateStatus(
                    deployment.key(),
                    deployment.uid(),
                    Kinds.DEPLOYMENTS.status().encode(status))));
            if (outcome.written()) {
                news.reported(deployment.key(), deployment.status(), status);
            }
        }
    }
}
