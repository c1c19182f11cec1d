package dev.banyan.engine;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.AgentReportSpec;
import dev.banyan.api.v1.AgentReportStatus;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.engine.deployment.DeploymentNews;
import dev.banyan.engine.deployment.DeploymentReconciler;
import dev.banyan.engine.endpoints.EndpointsNews;
import dev.banyan.engine.endpoints.EndpointsReconciler;
import dev.banyan.engine.scheduling.ReleaseReconciler;
import dev.banyan.engine.scheduling.SchedulingNews;
import dev.banyan.engine.scheduling.SchedulingReconciler;
import dev.banyan.runtime.cache.ResourceEvent;
import dev.banyan.runtime.controller.Controller;
import dev.banyan.runtime.controller.EventMapper;
import dev.banyan.runtime.controller.EventRecorder;
import dev.banyan.runtime.controller.ownership.GarbageCollector;
import dev.banyan.runtime.election.Shards;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.manager.Component;
import dev.banyan.runtime.resource.Kind;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.store.Store;
import java.util.List;

/** The controllers of an engine, and which events make each look at what. Assembly only. */
final class Controllers {
    static final List<Kind<?, ?>> OWNERS_AND_OWNED = List.of(
            Kinds.DEPLOYMENTS,
            Kinds.AGENTS,
            Kinds.RELEASES,
            Kinds.TASKS,
            Kinds.SERVICES,
            Kinds.ENDPOINTS,
            Kinds.CLAIMS,
            Kinds.ALLOCATIONS,
            Kinds.SESSIONS);

    private final Caches caches;
    private final Shards shards;
    private final Store fenced;
    private final EventRecorder events;
    private final Env env;

    /**
     * Controllers that read {@code caches}, act on this engine's share of the keys, and tell {@code events} what they did.
     *
     * @param fenced for what every member does: takes commits while this engine is one
     */
    public Controllers(Caches caches, Shards shards, Store fenced, EventRecorder events, Env env) {
        this.fenced = fenced;
        this.caches = caches;
        this.shards = shards;
        this.events = events;
        this.env = env;
    }

    /** New controllers, not started yet; the informers of {@code caches} are to be started beside them. */
    public List<Component> components() {
        return List.of(
                deployment(),
                scheduling(),
                release(),
                endpoints(),
                collection(),
                new Quarantine(caches.informers(), events, env));
    }

    private Component deployment() {
        var news = new DeploymentNews(events);
        var description = Controller.named("deployment", env)
                .watches(caches.deployments, EventMapper.self())
                .watches(caches.releases, EventMapper.owner(Kinds.DEPLOYMENTS))
                .watches(caches.tasks, EventMapper.owner(Kinds.DEPLOYMENTS))
                .watches(caches.services, EventMapper.owner(Kinds.DEPLOYMENTS))
                .watches(caches.volumes, event -> caches.deploymentsWith(event.key()))
                .watches(
                        caches.agents,
                        event -> caches.deploymentsOfAgent(event.key().name()))
                .watches(
                        caches.reports,
                        event -> otherNature(event)
                                ? caches.everywhere().distinct().toList()
                                : List.of());
        return shards.controller(
                description,
                fenced -> request -> new DeploymentReconciler(fenced, caches.forDeployment(), news).reconcile(request));
    }

    private Component scheduling() {
        var news = new SchedulingNews(events);
        var description = Controller.named("scheduling", env)
                .watches(caches.tasks, event -> SchedulingReconciler.requestsOf(current(event)))
                .watches(caches.agents, event -> caches.forScheduling().waiting())
                .watches(caches.reports, event -> caches.forScheduling().waiting())
                .watches(caches.allocations, event -> caches.forScheduling().waiting())
                .watches(caches.volumes, event -> caches.forScheduling().waiting());
        return shards.controller(
                description,
                fenced -> request -> new SchedulingReconciler(fenced, caches.forScheduling(), news).reconcile(request));
    }

    private Component release() {
        var description = Controller.named("release", env)
                .watches(caches.allocations, EventMapper.self())
                .watches(caches.tasks, Controllers::allocationOf);
        return shards.controller(
                description,
                fenced -> request -> new ReleaseReconciler(fenced, caches.forScheduling()).reconcile(request));
    }

    private Component endpoints() {
        var news = new EndpointsNews(events);
        var description = Controller.named("endpoints", env)
                .watches(caches.deployments, EventMapper.self())
                .watches(caches.releases, EventMapper.owner(Kinds.DEPLOYMENTS))
                .watches(caches.tasks, EventMapper.owner(Kinds.DEPLOYMENTS))
                .watches(caches.services, EventMapper.owner(Kinds.DEPLOYMENTS))
                .watches(caches.endpoints, EventMapper.owner(Kinds.DEPLOYMENTS))
                .watches(
                        caches.agents, event -> caches.deploymentsOn(event.key().name()));
        return shards.controller(
                description,
                fenced -> request -> new EndpointsReconciler(fenced, caches.forEndpoints(), news).reconcile(request));
    }

    /** Every engine collects everything: whoever deletes compares what it has read, so the second finds it done. */
    private Component collection() {
        return new GarbageCollector(OWNERS_AND_OWNED, fenced, env);
    }

    /** All else that agents report changes often, and says nothing of what they are. */
    private static boolean otherNature(ResourceEvent<AgentReportSpec, AgentReportStatus> event) {
        if (!(event instanceof ResourceEvent.Updated<AgentReportSpec, AgentReportStatus> updated)) {
            return true;
        }
        var before = updated.before().status();
        var now = updated.now().status();
        return !before.getPlatform().equals(now.getPlatform())
                || !before.getPrivilegesList().equals(now.getPrivilegesList());
    }

    private static List<ObjectKey> allocationOf(ResourceEvent<TaskSpec, TaskStatus> event) {
        var task = current(event);
        boolean over = event instanceof ResourceEvent.Deleted<TaskSpec, TaskStatus> || ended(task);
        if (!over || !task.spec().hasAssignment()) {
            return List.of();
        }
        var agent = task.spec().getAssignment().getAgent();
        return List.of(Kinds.ALLOCATIONS.key(ObjectKey.CLUSTER_SCOPE, agent));
    }

    private static boolean ended(Resource<TaskSpec, TaskStatus> task) {
        var state = task.status().getState();
        return state == TaskStatus.State.EXITED || state == TaskStatus.State.FAILED;
    }

    private static <S, T> Resource<S, T> current(ResourceEvent<S, T> event) {
        return switch (event) {
            case ResourceEvent.Added<S, T> added -> added.now();
            case ResourceEvent.Updated<S, T> updated -> updated.now();
            case ResourceEvent.Deleted<S, T> deleted -> deleted.last();
        };
    }
}
