package dev.banyan.engine.scheduling;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.engine.World;
import java.util.List;
import java.util.Map;

/** What scheduling reads, straight from the store. */
final class Sources {
    private Sources() {}

    static SchedulingSource of(World world) {
        return new SchedulingSource(
                world.lister(
                        Kinds.TASKS,
                        Map.of(
                                SchedulingSource.PENDING,
                                SchedulingSource::pendingOf,
                                ReleaseReconciler.BY_UID,
                                task -> List.of(task.uid()))),
                world.lister(Kinds.AGENTS),
                world.lister(Kinds.AGENT_REPORTS),
                world.lister(Kinds.ALLOCATIONS),
                world.lister(Kinds.VOLUMES));
    }
}
