package dev.banyan.engine.endpoints;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.api.v1.AgentStatus;
import dev.banyan.api.v1.DeploymentSpec;
import dev.banyan.api.v1.DeploymentStatus;
import dev.banyan.api.v1.EndpointsSpec;
import dev.banyan.api.v1.EndpointsStatus;
import dev.banyan.api.v1.ReleaseSpec;
import dev.banyan.api.v1.ReleaseStatus;
import dev.banyan.api.v1.ServiceSpec;
import dev.banyan.api.v1.ServiceStatus;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.engine.planning.Unreadable;
import dev.banyan.runtime.cache.Lister;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What the endpoints controller reads, from caches alone. The listers of tasks and services have the index {@link #BY_DEPLOYMENT}. */
public record EndpointsSource(
        Lister<DeploymentSpec, DeploymentStatus> deployments,
        Lister<ReleaseSpec, ReleaseStatus> releases,
        Lister<TaskSpec, TaskStatus> tasks,
        Lister<ServiceSpec, ServiceStatus> services,
        Lister<EndpointsSpec, EndpointsStatus> endpoints,
        Lister<AgentSpec, AgentStatus> agents) {

    /** Index by the path of the Deployment's key. */
    public static final String BY_DEPLOYMENT = "deployment";

    Optional<ReleaseSpec> release(Resource<DeploymentSpec, DeploymentStatus> deployment) {
        var name = deployment.name() + "." + deployment.spec().getRelease();
        return releases.get(Kinds.RELEASES.key(deployment.key().namespace(), name))
                .map(Resource::spec);
    }

    List<Resource<TaskSpec, TaskStatus>> tasksOf(ObjectKey deployment) {
        Unreadable.refuseTasks(tasks, deployment);
        return tasks.byIndex(BY_DEPLOYMENT, deployment.path());
    }

    List<Resource<ServiceSpec, ServiceStatus>> servicesOf(ObjectKey deployment) {
        Unreadable.refuseServices(services, deployment);
        Unreadable.refuseServices(endpoints, deployment);
        return services.byIndex(BY_DEPLOYMENT, deployment.path());
    }

    /**
     * State by name of agent.
     *
     * @throws dev.banyan.runtime.cache.Quarantined.QuarantinedException when one cannot be decoded on which there is one of {@code ofTasks}
     */
    Map<String, AgentStatus.State> agentStates(List<Resource<TaskSpec, TaskStatus>> ofTasks) {
        for (var task : ofTasks) {
            var agent = task.spec().getAssignment().getAgent();
            if (!agent.isEmpty()) {
                Unreadable.at(agents, Kinds.AGENTS.key(ObjectKey.CLUSTER_SCOPE, agent))
                        .ifPresent(held -> {
                            throw held.refusal();
                        });
            }
        }
        return agents.list().stream().collect(Collectors.toMap(Resource::name, agent -> agent.status()
                .getState()));
    }
}
