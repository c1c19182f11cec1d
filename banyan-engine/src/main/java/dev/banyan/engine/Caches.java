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
import dev.banyan.engine.collection.Dependents;
import dev.banyan.engine.deployment.DeploymentSource;
import dev.banyan.engine.scheduling.ReleaseReconciler;
import dev.banyan.engine.scheduling.SchedulingSource;
import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.manager.Component;
import dev.banyan.runtime.resource.Bytes;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.store.Selection;
import dev.banyan.runtime.store.Store;
import java.util.ArrayList;
import java.util.List;

/** The informers of an engine, one for each kind, shared by its controllers. Thread-safe. */
public final class Caches {
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
    final Informer<EventSpec, EventStatus> events;

    /** Metadata of the kinds that have owners. */
    final List<Informer<Bytes, Bytes>> owned;

    /** Informers over {@code store}, not started yet. */
    public Caches(Store store, Env env) {
        deployments = Informer.of(Kinds.DEPLOYMENTS, store, env).build();
        releases = Informer.of(Kinds.RELEASES, store, env).build();
        tasks = Informer.of(Kinds.TASKS, store, env)
                .index(DeploymentSource.BY_DEPLOYMENT, DeploymentSource::deploymentOf)
                .index(BY_AGENT, Caches::agentOf)
                .index(ReleaseReconciler.BY_UID, task -> List.of(task.uid()))
                .index(SchedulingSource.PENDING, SchedulingSource::pendingOf)
                .build();
        services = Informer.of(Kinds.SERVICES, store, env)
                .index(DeploymentSource.BY_DEPLOYMENT, DeploymentSource::deploymentOf)
                .build();
        endpoints = Informer.of(Kinds.ENDPOINTS, store, env).build();
        agents = Informer.of(Kinds.AGENTS, store, env).build();
        reports = Informer.of(Kinds.AGENT_REPORTS, store, env).build();
        allocations = Informer.of(Kinds.ALLOCATIONS, store, env).build();
        sessions = Informer.of(Kinds.SESSIONS, store, env).build();
        events = Informer.of(Kinds.EVENTS, store, env).build();
        owned = new ArrayList<>();
        for (Kind<?, ?> kind : List.of(
                Kinds.RELEASES,
                Kinds.TASKS,
                Kinds.SERVICES,
                Kinds.ENDPOINTS,
                Kinds.CLAIMS,
                Kinds.ALLOCATIONS,
                Kinds.SESSIONS)) {
            owned.add(Informer.of(Dependents.metadataOf(kind), store, env)
                    .named(kind.name() + "/owned")
                    .selection(Selection.of(kind.name()).with(Selection.Detail.METADATA))
                    .index(Dependents.BY_OWNER, Dependents::ownersOf)
                    .build());
        }
    }

    /** All of them, for whoever starts and stops them. */
    public List<Component> components() {
        var all = new ArrayList<Component>(List.of(
                deployments, releases, tasks, services, endpoints, agents, reports, allocations, sessions, events));
        all.addAll(owned);
        return all;
    }

    /** Deployments that have tasks on an agent. */
    List<ObjectKey> deploymentsOn(String agent) {
        return tasks.lister().byIndex(BY_AGENT, agent).stream()
                .map(task -> Kinds.DEPLOYMENTS.key(
                        task.key().namespace(), task.spec().getDeployment()))
                .distinct()
                .toList();
    }

    private static List<String> agentOf(Resource<TaskSpec, TaskStatus> task) {
        return task.spec().hasAssignment() ? List.of(task.spec().getAssignment().getAgent()) : List.of();
    }
}
