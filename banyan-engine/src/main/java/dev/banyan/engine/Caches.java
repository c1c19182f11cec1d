package dev.banyan.engine;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AgentReportSpec;
import dev.banyan.api.v1.AgentReportStatus;
import dev.banyan.api.v1.AgentSessionSpec;
import dev.banyan.api.v1.AgentSessionStatus;
import dev.banyan.api.v1.AgentSpec;
import dev.banyan.api.v1.AgentStatus;
import dev.banyan.api.v1.AllocationSpec;
import dev.banyan.api.v1.AllocationStatus;
import dev.banyan.api.v1.DeploymentSpec;
import dev.banyan.api.v1.DeploymentStatus;
import dev.banyan.api.v1.EndpointsSpec;
import dev.banyan.api.v1.EndpointsStatus;
import dev.banyan.api.v1.EventSpec;
import dev.banyan.api.v1.EventStatus;
import dev.banyan.api.v1.ReleaseSpec;
import dev.banyan.api.v1.ReleaseStatus;
import dev.banyan.api.v1.ServiceSpec;
import dev.banyan.api.v1.ServiceStatus;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.api.v1.VolumeSpec;
import dev.banyan.api.v1.VolumeStatus;
import dev.banyan.engine.deployment.DeploymentSource;
import dev.banyan.engine.endpoints.EndpointsSource;
import dev.banyan.engine.scheduling.ReleaseReconciler;
import dev.banyan.engine.scheduling.SchedulingSource;
import dev.banyan.runtime.cache.CacheMetrics;
import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.cache.InformerGroup;
import dev.banyan.runtime.cache.RelistBudget;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.manager.Component;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.store.Store;
import java.util.List;
import java.util.stream.Stream;

/** The informers of an engine, one for each kind, shared by its controllers. They move together, on one watch. Thread-safe. */
final class Caches {
    private static final String BY_AGENT = "agent";

    final Informer<DeploymentSpec, DeploymentStatus> deployments;
    final Informer<ReleaseSpec, ReleaseStatus> releases;
    final Informer<TaskSpec, TaskStatus> tasks;
    final Informer<ServiceSpec, ServiceStatus> services;
    final Informer<EndpointsSpec, EndpointsStatus> endpoints;
    final Informer<AgentSpec, AgentStatus> agents;
    final Informer<AgentReportSpec, AgentReportStatus> reports;
    final Informer<AllocationSpec, AllocationStatus> allocations;
    final Informer<AgentSessionSpec, AgentSessionStatus> sessions;
    final Informer<VolumeSpec, VolumeStatus> volumes;
    final Informer<EventSpec, EventStatus> events;

    private final InformerGroup group;
    private final List<Informer<?, ?>> members;

    /** Informers over {@code store}, not started yet, with a budget of their own. */
    public Caches(Store store, Env env) {
        this(store, env, RelistBudget.standard(env));
    }

    /** Informers that pay for listing again from a budget they share with other caches of the process. */
    public Caches(Store store, Env env, RelistBudget budget) {
        group = InformerGroup.over(store, env, "engine", budget, CacheMetrics.NONE);
        deployments = group.informer(Kinds.DEPLOYMENTS).build();
        releases = group.informer(Kinds.RELEASES)
                .index(DeploymentSource.GLOBAL, DeploymentSource::globalOf)
                .build();
        tasks = group.informer(Kinds.TASKS)
                .index(DeploymentSource.BY_DEPLOYMENT, DeploymentSource::deploymentOf)
                .index(BY_AGENT, Caches::agentOf)
                .index(ReleaseReconciler.BY_UID, task -> List.of(task.uid()))
                .index(SchedulingSource.PENDING, SchedulingSource::pendingOf)
                .build();
        services = group.informer(Kinds.SERVICES)
                .index(DeploymentSource.BY_DEPLOYMENT, DeploymentSource::deploymentOf)
                .build();
        endpoints = group.informer(Kinds.ENDPOINTS).build();
        agents = group.informer(Kinds.AGENTS).build();
        reports = group.informer(Kinds.AGENT_REPORTS).build();
        allocations = group.informer(Kinds.ALLOCATIONS).build();
        sessions = group.informer(Kinds.SESSIONS).build();
        volumes = group.informer(Kinds.VOLUMES).build();
        events = group.informer(Kinds.EVENTS).build();
        members = List.of(
                deployments,
                releases,
                tasks,
                services,
                endpoints,
                agents,
                reports,
                allocations,
                sessions,
                volumes,
                events);
    }

    /** What starts and stops all of them. */
    public List<Component> components() {
        return List.of(group);
    }

    /** All of them, for whoever audits them. */
    public List<Informer<?, ?>> informers() {
        return members;
    }

    /** What the deployment controller reads, at one revision. */
    DeploymentSource forDeployment() {
        var now = group.snapshot();
        return new DeploymentSource(
                now.of(deployments),
                now.of(releases),
                now.of(tasks),
                now.of(services),
                now.of(agents),
                now.of(reports),
                now.of(allocations),
                now.of(volumes));
    }

    /** What the endpoints controller reads, at one revision. */
    EndpointsSource forEndpoints() {
        var now = group.snapshot();
        return new EndpointsSource(
                now.of(deployments),
                now.of(releases),
                now.of(tasks),
                now.of(services),
                now.of(endpoints),
                now.of(agents));
    }

    /** What scheduling reads, at one revision. */
    SchedulingSource forScheduling() {
        var now = group.snapshot();
        return new SchedulingSource(
                now.of(tasks), now.of(agents), now.of(reports), now.of(allocations), now.of(volumes));
    }

    /** Deployments that an agent's change may concern: those with tasks there, and those that are on every agent. */
    List<ObjectKey> deploymentsOfAgent(String agent) {
        return Stream.concat(deploymentsOn(agent).stream(), everywhere())
                .distinct()
                .toList();
    }

    /** Deployments that have tasks on an agent. */
    List<ObjectKey> deploymentsOn(String agent) {
        return tasks.lister().byIndex(BY_AGENT, agent).stream()
                .map(task -> Kinds.DEPLOYMENTS.key(
                        task.key().namespace(), task.spec().getDeployment()))
                .distinct()
                .toList();
    }

    /** Deployments that have tasks with a volume, or wait for it. */
    List<ObjectKey> deploymentsWith(ObjectKey volume) {
        return tasks.lister().list().stream()
                .filter(task -> task.key().namespace().equals(volume.namespace()))
                .filter(task -> task.spec().getVolumesList().stream()
                        .anyMatch(use -> use.getName().equals(volume.name())))
                .map(task ->
                        Kinds.DEPLOYMENTS.key(volume.namespace(), task.spec().getDeployment()))
                .distinct()
                .toList();
    }

    /** Deployments that want, or wanted once, a service on every agent. */
    Stream<ObjectKey> everywhere() {
        return releases.lister().byIndex(DeploymentSource.GLOBAL, DeploymentSource.GLOBAL).stream()
                .map(release -> Kinds.DEPLOYMENTS.key(
                        release.key().namespace(), release.spec().getDeployment()));
    }

    private static List<String> agentOf(Resource<TaskSpec, TaskStatus> task) {
        return task.spec().hasAssignment() ? List.of(task.spec().getAssignment().getAgent()) : List.of();
    }
}
