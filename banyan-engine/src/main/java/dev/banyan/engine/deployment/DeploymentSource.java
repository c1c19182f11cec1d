package dev.banyan.engine.deployment;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.kinds.Labels;
import dev.banyan.api.v1.AgentReportSpec;
import dev.banyan.api.v1.AgentReportStatus;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.api.v1.AgentStatus;
import dev.banyan.api.v1.AllocationSpec;
import dev.banyan.api.v1.AllocationStatus;
import dev.banyan.api.v1.DeploymentSpec;
import dev.banyan.api.v1.DeploymentStatus;
import dev.banyan.api.v1.ReleaseSpec;
import dev.banyan.api.v1.ReleaseStatus;
import dev.banyan.api.v1.ServiceManifest;
import dev.banyan.api.v1.ServiceSpec;
import dev.banyan.api.v1.ServiceStatus;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.api.v1.VolumeSpec;
import dev.banyan.api.v1.VolumeStatus;
import dev.banyan.engine.deployment.TaskView.Fate;
import dev.banyan.engine.planning.Candidate;
import dev.banyan.engine.planning.Placing;
import dev.banyan.engine.planning.Unreadable;
import dev.banyan.engine.planning.Volumes;
import dev.banyan.runtime.cache.Lister;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What the deployment reconciler reads, from caches alone. The listers of tasks and services have the index {@link #BY_DEPLOYMENT}. */
public record DeploymentSource(
        Lister<DeploymentSpec, DeploymentStatus> deployments,
        Lister<ReleaseSpec, ReleaseStatus> releases,
        Lister<TaskSpec, TaskStatus> tasks,
        Lister<ServiceSpec, ServiceStatus> services,
        Lister<AgentSpec, AgentStatus> agentLister,
        Lister<AgentReportSpec, AgentReportStatus> reports,
        Lister<AllocationSpec, AllocationStatus> allocations,
        Lister<VolumeSpec, VolumeStatus> volumes) {

    /** Index by the path of the Deployment's key. */
    public static final String BY_DEPLOYMENT = "deployment";

    /** Index of releases with a service on every agent: all of them have the one value {@code global}. */
    public static final String GLOBAL = "global";

    /** Index values of {@link #GLOBAL}. */
    public static List<String> globalOf(Resource<ReleaseSpec, ReleaseStatus> release) {
        boolean global = release.spec().getManifest().getServicesList().stream().anyMatch(ServiceManifest::getGlobal);
        return global ? List.of(GLOBAL) : List.of();
    }

    Optional<Resource<DeploymentSpec, DeploymentStatus>> deployment(ObjectKey key) {
        return deployments.get(key);
    }

    Optional<ReleaseSpec> release(Resource<DeploymentSpec, DeploymentStatus> deployment) {
        var name = deployment.name() + "." + deployment.spec().getRelease();
        return releases.get(Kinds.RELEASES.key(deployment.key().namespace(), name))
                .map(Resource::spec);
    }

    List<TaskView> tasks(ObjectKey deployment) {
        Unreadable.refuseTasks(tasks, deployment);
        return tasks.byIndex(BY_DEPLOYMENT, deployment.path()).stream()
                .map(task -> new TaskView(task, fate(task)))
                .toList();
    }

    Map<String, String> addresses(ObjectKey deployment) {
        Unreadable.refuseServices(services, deployment);
        var addresses = new TreeMap<String, String>();
        for (var service : services.byIndex(BY_DEPLOYMENT, deployment.path())) {
            if (!service.spec().getVirtualAddress().isEmpty()) {
                addresses.put(service.spec().getService(), service.spec().getVirtualAddress());
            }
        }
        return addresses;
    }

    Placing agents(String namespace) {
        return Candidate.placing(agentLister, reports, allocations, Volumes.of(volumes, namespace));
    }

    /** Index values of a task or service: the Deployment that its labels name. */
    public static List<String> deploymentOf(Resource<?, ?> resource) {
        var name = resource.meta().labels().get(Labels.DEPLOYMENT);
        return name == null
                ? List.of()
                : List.of(
                        Kinds.DEPLOYMENTS.key(resource.key().namespace(), name).path());
    }

    private Fate fate(Resource<TaskSpec, TaskStatus> task) {
        if (!task.spec().hasAssignment()) {
            return Fate.WELL;
        }
        var assignment = task.spec().getAssignment();
        return agentLister
                .get(Kinds.AGENTS.key(ObjectKey.CLUSTER_SCOPE, assignment.getAgent()))
                .filter(agent -> agent.uid().equals(assignment.getAgentUid()))
                .map(agent -> agent.status().getState() == AgentStatus.State.LOST ? lost(task) : Fate.WELL)
                .orElse(Fate.GONE);
    }

    private Fate lost(Resource<TaskSpec, TaskStatus> task) {
        boolean volumesThere = task.spec().getVolumesList().stream()
                .anyMatch(use -> volumes.get(Volumes.key(task, use.getName()))
                        .filter(volume -> volume.spec().getDirectory().equals(use.getDirectory()))
                        .isPresent());
        return volumesThere ? Fate.AWAY : Fate.LOST;
    }
}
