package dev.banyan.engine;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.TaskSpec;
import dev.banyan.api.v1.TaskStatus;
import dev.banyan.engine.collection.CollectionReconciler;
import dev.banyan.engine.collection.Dependents;
import dev.banyan.engine.deployment.DeploymentReconciler;
import dev.banyan.engine.deployment.DeploymentSource;
import dev.banyan.engine.endpoints.EndpointsReconciler;
import dev.banyan.engine.endpoints.EndpointsSource;
import dev.banyan.engine.scheduling.ReleaseReconciler;
import dev.banyan.engine.scheduling.SchedulingReconciler;
import dev.banyan.engine.scheduling.SchedulingSource;
import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.cache.ResourceEvent;
import dev.banyan.runtime.controller.Controller;
import dev.banyan.runtime.controller.EventMapper;
import dev.banyan.runtime.controller.EventRecorder;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.manager.Component;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.store.Store;
import java.util.List;

/** The controllers of an engine, and which events make each look at what. Assembly only. */
public final class Controllers {
    private final Caches caches;
    private final Store store;
    private final EventRecorder events;
    private final Env env;

    /** Controllers that read {@code caches}, write to {@code store}, which fences them, and tell {@code events} what they did. */
    public Controllers(Caches caches, Store store, EventRecorder events, Env env) {
        this.caches = caches;
        this.store = store;
        this.events = events;
        this.env = env;
    }

    /** New controllers, not started yet; the informers of {@code caches} are to be started beside them. */
    public List<Component> components() {
        return List.of(deployment(), scheduling(), release(), endpoints(), collection());
    }

    private Component deployment() {
        var source = new DeploymentSource(
                caches.deployments.lister(),
                caches.releases.lister(),
                caches.tasks.lister(),
                caches.services.lister(),
                caches.agents.lister(),
                caches.reports.lister(),
                caches.allocations.lister());
        return Controller.named("deployment", env)
                .watches(caches.deployments, EventMapper.self())
                .watches(caches.releases, EventMapper.owner(Kinds.DEPLOYMENTS))
                .watches(caches.tasks, EventMapper.owner(Kinds.DEPLOYMENTS))
                .watches(caches.services, EventMapper.owner(Kinds.DEPLOYMENTS))
                .watches(
                        caches.agents, event -> caches.deploymentsOn(event.key().name()))
                .reconciler(new DeploymentReconciler(store, source, events))
                .build();
    }

    private Component scheduling() {
        var source = scheduled();
        return Controller.named("scheduling", env)
                .watches(caches.tasks, event -> SchedulingReconciler.requestsOf(current(event)))
                .watches(caches.agents, event -> source.waiting())
                .watches(caches.reports, event -> source.waiting())
                .watches(caches.allocations, event -> source.waiting())
                .reconciler(new SchedulingReconciler(store, source, events))
                .build();
    }

    private Component release() {
        return Controller.named("release", env)
                .watches(caches.allocations, EventMapper.self())
                .watches(caches.tasks, Controllers::allocationOf)
                .reconciler(new ReleaseReconciler(store, scheduled()))
                .build();
    }

    private Component endpoints() {
        var source = new EndpointsSource(
                caches.deployments.lister(),
                caches.releases.lister(),
                caches.tasks.lister(),
                caches.services.lister(),
                caches.endpoints.lister(),
                caches.agents.lister());
        return Controller.named("endpoints", env)
                .watches(caches.deployments, EventMapper.self())
                .watches(caches.releases, EventMapper.owner(Kinds.DEPLOYMENTS))
                .watches(caches.tasks, EventMapper.owner(Kinds.DEPLOYMENTS))
                .watches(caches.services, EventMapper.owner(Kinds.DEPLOYMENTS))
                .watches(caches.endpoints, EventMapper.owner(Kinds.DEPLOYMENTS))
                .watches(
                        caches.agents, event -> caches.deploymentsOn(event.key().name()))
                .reconciler(new EndpointsReconciler(store, source, events))
                .build();
    }

    private Component collection() {
        var dependents =
                new Dependents(caches.owned.stream().map(Informer::lister).toList());
        var builder = Controller.named("collection", env)
                .watches(caches.deployments, event -> ofDeleted(event, dependents))
                .watches(caches.agents, event -> ofDeleted(event, dependents));
        caches.owned.forEach(informer -> builder.watches(informer, Controllers::ownedObject));
        return builder.reconciler(new CollectionReconciler(store)).build();
    }

    private SchedulingSource scheduled() {
        return new SchedulingSource(
                caches.tasks.lister(), caches.agents.lister(), caches.reports.lister(), caches.allocations.lister());
    }

    private static List<ObjectKey> ofDeleted(ResourceEvent<?, ?> event, Dependents dependents) {
        return event instanceof ResourceEvent.Deleted<?, ?> deleted
                ? dependents.of(deleted.last().uid())
                : List.of();
    }

    /** Looked at when it appears and at every resync: an owner may have gone before. */
    private static <S, T> List<ObjectKey> ownedObject(ResourceEvent<S, T> event) {
        return event instanceof ResourceEvent.Deleted<S, T> ? List.of() : List.of(event.key());
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
