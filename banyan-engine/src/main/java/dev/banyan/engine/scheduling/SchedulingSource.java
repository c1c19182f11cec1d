package dev.banyan.engine.scheduling;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AgentReportSpec;
import dev.banyan.api.v1.AgentReportStatus;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.api.v1.AgentStatus;
import dev.banyan.api.v1.AllocationSpec;
import dev.banyan.api.v1.AllocationStatus;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.api.v1.VolumeSpec;
import dev.banyan.api.v1.VolumeStatus;
import dev.banyan.engine.planning.Candidate;
import dev.banyan.engine.planning.Placing;
import dev.banyan.engine.planning.Volumes;
import dev.banyan.runtime.cache.Lister;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What scheduling reads, from caches alone. The lister of tasks has the index {@link #PENDING}. */
public record SchedulingSource(
        Lister<TaskSpec, TaskStatus> tasks,
        Lister<AgentSpec, AgentStatus> agents,
        Lister<AgentReportSpec, AgentReportStatus> reports,
        Lister<AllocationSpec, AllocationStatus> allocations,
        Lister<VolumeSpec, VolumeStatus> volumes) {

    /** Index of tasks without an agent by the path of their Deployment's key. */
    public static final String PENDING = "pending";

    /** Index values of {@link #PENDING}. */
    public static List<String> pendingOf(Resource<TaskSpec, TaskStatus> task) {
        return SchedulingReconciler.requestsOf(task).stream()
                .map(ObjectKey::path)
                .toList();
    }

    List<Resource<TaskSpec, TaskStatus>> pending(ObjectKey deployment) {
        return tasks.byIndex(PENDING, deployment.path()).stream()
                .filter(task -> !task.meta().deleting())
                .sorted(Comparator.comparing(Resource::key))
                .toList();
    }

    Optional<Resource<AgentSpec, AgentStatus>> agent(String name) {
        return agents.get(Kinds.AGENTS.key(ObjectKey.CLUSTER_SCOPE, name));
    }

    Optional<Resource<AllocationSpec, AllocationStatus>> allocation(String agent) {
        return allocations.get(Kinds.ALLOCATIONS.key(ObjectKey.CLUSTER_SCOPE, agent));
    }

    /** Deployments with tasks that wait: to be tried again when room appears. */
    public List<ObjectKey> waiting() {
        return tasks.list().stream()
                .flatMap(task -> SchedulingReconciler.requestsOf(task).stream())
                .distinct()
                .toList();
    }

    Placing placing(String namespace) {
        return Candidate.placing(agents, reports, allocations, Volumes.of(volumes, namespace));
    }

    Optional<Resource<VolumeSpec, VolumeStatus>> volume(ObjectKey key) {
        return volumes.get(key);
    }
}
