package dev.banyan.engine.scheduling;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AllocationSpec;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.runtime.cache.Lister;
import dev.banyan.runtime.controller.Reconciler;
import dev.banyan.runtime.controller.Request;
import dev.banyan.runtime.controller.Result;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.store.Commit;
import dev.banyan.runtime.store.Draft;
import dev.banyan.runtime.store.ReadAt;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import dev.banyan.runtime.store.Write;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeMap;

/**
 * Frees what ended tasks reserved on one agent, named by the request as an allocation.
 *
 * <p>The allocation and the tasks come from two caches, so an allocation may be newer than the tasks known here: a reservation is
 * freed only for a task seen as ended, or one that the store itself says is gone.
 */
public final class ReleaseReconciler implements Reconciler {
    /** Index of tasks by uid. */
    public static final String BY_UID = "uid";

    private final Store store;
    private final SchedulingSource source;
    private final Lister<TaskSpec, TaskStatus> tasks;

    public ReleaseReconciler(Store store, SchedulingSource source) {
        this.store = store;
        this.source = source;
        this.tasks = source.tasks();
    }

    @Override
    public Result reconcile(Request request) {
        var found = source.allocation(request.key().name());
        if (found.isEmpty()) {
            return Result.done();
        }
        var allocation = found.get();
        var gone = gone(allocation.spec().getReservationsMap().keySet());
        var kept = new TreeMap<>(allocation.spec().getReservationsMap());
        kept.keySet().removeAll(gone);
        if (gone.isEmpty()) {
            return Result.done();
        }
        var base = Kinds.ALLOCATIONS.encode(allocation);
        var spec = AllocationSpec.newBuilder().putAllReservations(kept).build();
        var update = new Write.Update(
                base, Draft.from(base).withSpec(Kinds.ALLOCATIONS.spec().encode(spec)));
        return Result.after(store.commit(Commit.of(update)));
    }

    private Set<String> gone(Set<String> reserved) {
        var gone = new HashSet<String>();
        var unknown = new HashSet<String>();
        for (var uid : reserved) {
            var known = tasks.byIndex(BY_UID, uid);
            if (known.isEmpty()) {
                unknown.add(uid);
            } else if (ended(known.getFirst())) {
                gone.add(uid);
            }
        }
        if (!unknown.isEmpty()) {
            var everything = Selection.of(Kinds.TASKS.name()).with(Selection.Detail.METADATA);
            store.list(everything, ReadAt.LATEST)
                    .objects()
                    .forEach(task -> unknown.remove(task.meta().uid()));
            gone.addAll(unknown);
        }
        return gone;
    }

    private static boolean ended(Resource<TaskSpec, TaskStatus> task) {
        return switch (task.status().getState()) {
            case EXITED, FAILED -> true;
            case STATE_UNSPECIFIED, PENDING, PREPARING, STARTING, RUNNING, STOPPING, UNRECOGNIZED -> false;
        };
    }
}
