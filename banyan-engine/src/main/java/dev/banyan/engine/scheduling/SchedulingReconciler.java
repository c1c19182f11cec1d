package dev.banyan.engine.scheduling;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.kinds.Labels;
import dev.banyan.api.kinds.VolumeName;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.api.v1.AgentStatus;
import dev.banyan.api.v1.AllocationSpec;
import dev.banyan.api.v1.Reservation;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.VolumeSpec;
import dev.banyan.engine.planning.Volumes;
import dev.banyan.runtime.controller.Reconciler;
import dev.banyan.runtime.controller.Request;
import dev.banyan.runtime.controller.Result;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.Precondition;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** Assigns the tasks of one Deployment, named by the request. */
public final class SchedulingReconciler implements Reconciler {
    /** Tasks in one commit; with as many allocations it stays below the store's 64 writes. */
    private static final int BATCH = 32;

    private final Store store;
    private final SchedulingSource source;
    private final SchedulingNews news;

    public SchedulingReconciler(Store store, SchedulingSource source, SchedulingNews news) {
        this.store = store;
        this.source = source;
        this.news = news;
    }

    @Override
    public Result reconcile(Request request) {
        var pending = source.pending(request.key());
        if (pending.isEmpty()) {
            news.settled(request.key());
            return Result.done();
        }
        var plan = BindingPlan.of(pending, source.placing(request.key().namespace()), BATCH);
        news.unplaced(request.key(), plan.unplaced());
        if (plan.bindings().isEmpty()) {
            // Nothing fits: an event of an agent, an allocation or the app wakes this again.
            return Result.done();
        }
        var outcome = store.commit(commit(plan));
        if (outcome.written()) {
            news.placed(request.key(), plan);
        }
        return Result.after(outcome);
    }

    private Commit commit(BindingPlan plan) {
        var writes = new ArrayList<Write>();
        var preconditions = new ArrayList<Precondition>();
        plan.bindings().forEach(binding -> writes.add(assign(binding)));
        plan.reservations().forEach((name, added) -> {
            var agent = source.agent(name)
                    .orElseThrow(() -> new IllegalStateException(name + " was chosen and is no agent"));
            writes.add(reserve(agent, added));
            preconditions.add(
                    new Precondition.SameIncarnation(agent.key(), agent.meta().createRevision()));
        });
        volumes(plan, writes, preconditions);
        return new Commit(preconditions, writes);
    }

    /** What is new is made; what is there must not have been told to go meanwhile. */
    private void volumes(BindingPlan plan, List<Write> writes, List<Precondition> preconditions) {
        var known = new TreeSet<ObjectKey>();
        for (var binding : plan.bindings()) {
            for (var use : binding.volumes()) {
                var key = Volumes.key(binding.task(), use.getName());
                if (known.add(key)) {
                    var fresh = Optional.ofNullable(plan.volumes().get(use.getName()));
                    fresh.ifPresentOrElse(spec -> writes.add(made(key, spec)), () -> source.volume(key)
                            .map(volume -> new Precondition.Unchanged(
                                    key, volume.meta().revision()))
                            .ifPresent(preconditions::add));
                }
            }
        }
    }

    private static Write made(ObjectKey key, VolumeSpec spec) {
        return new Write.Create(Draft.of(key, Kinds.VOLUMES.spec().encode(spec))
                .labelled(Map.of(Labels.DEPLOYMENT, spec.getDeployment(), Labels.AGENT, spec.getAgent()))
                .finalizedBy(List.of(VolumeName.FINALIZER)));
    }

    private static Write assign(BindingPlan.Binding binding) {
        var base = Kinds.TASKS.encode(binding.task());
        var spec = binding.task().spec().toBuilder()
                .setAssignment(binding.assignment())
                .clearVolumes()
                .addAllVolumes(binding.volumes())
                .build();
        var labels = new TreeMap<>(binding.task().meta().labels());
        labels.put(Labels.AGENT, binding.assignment().getAgent());
        return new Write.Update(
                base,
                Draft.from(base).labelled(labels).withSpec(Kinds.TASKS.spec().encode(spec)));
    }

    /** The allocation goes with its agent; one that a former agent of the name left is taken over with what it still reserves. */
    private Write reserve(Resource<AgentSpec, AgentStatus> agent, Map<String, Reservation> added) {
        var known = source.allocation(agent.name());
        var before = known.map(Resource::spec).orElse(AllocationSpec.getDefaultInstance());
        var spec = Kinds.ALLOCATIONS
                .spec()
                .encode(before.toBuilder().putAllReservations(added).build());
        if (known.isEmpty()) {
            var key = Kinds.ALLOCATIONS.key(ObjectKey.CLUSTER_SCOPE, agent.name());
            return new Write.Create(Draft.of(key, spec).ownedBy(agent.asOwner()));
        }
        var base = Kinds.ALLOCATIONS.encode(known.get());
        return new Write.Update(base, Draft.from(base).ownedBy(agent.asOwner()).withSpec(spec));
    }

    /** Requests of a task's event: its Deployment, while the task needs an agent. */
    public static List<ObjectKey> requestsOf(Resource<TaskSpec, ?> task) {
        var name = task.meta().labels().get(Labels.DEPLOYMENT);
        boolean needsAgent = !task.spec().hasAssignment() && task.spec().getDesired() == TaskSpec.Desired.RUN;
        return name == null || !needsAgent
                ? List.of()
                : List.of(Kinds.DEPLOYMENTS.key(task.key().namespace(), name));
    }
}
