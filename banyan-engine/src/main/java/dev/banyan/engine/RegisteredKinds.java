package dev.banyan.engine;

import dev.banyan.api.kinds.Kinds;
import dev.banyan.api.v1.ControllerSpec;
import dev.banyan.api.v1.ControllerStatus;
import dev.banyan.api.v1.KindDefinitionSpec;
import dev.banyan.api.v1.KindDefinitionStatus;
import dev.banyan.engine.definition.DefinitionReconciler;
import dev.banyan.runtime.cache.Informer;
import dev.banyan.runtime.cache.RelistBudget;
import dev.banyan.runtime.cache.ResourceEvent;
import dev.banyan.runtime.controller.Controller;
import dev.banyan.runtime.controller.EventMapper;
import dev.banyan.runtime.election.Shards;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.manager.Component;
import dev.banyan.runtime.resource.ObjectKey;
import dev.banyan.runtime.resource.Resource;
import dev.banyan.runtime.store.Store;
import java.util.List;

/** What an engine runs for kinds that users define, and for those who define them. Assembly only. */
final class RegisteredKinds {
    final Informer<ControllerSpec, ControllerStatus> controllers;
    private final Informer<KindDefinitionSpec, KindDefinitionStatus> definitions;

    RegisteredKinds(Store store, Env env, RelistBudget budget) {
        controllers = Informer.of(Kinds.CONTROLLERS, store, env).budget(budget).build();
        definitions = Informer.of(Kinds.DEFINITIONS, store, env).budget(budget).build();
    }

    /** New components, not started yet, one of which watches {@code caches} too. */
    List<Component> components(Caches caches, Shards shards, Env env) {
        var description = Controller.named("definition", env)
                .watches(definitions, EventMapper.self())
                .watches(caches.deployments, this::ownerGone)
                .watches(caches.services, this::ownerGone)
                .watches(caches.agents, this::ownerGone);
        return List.of(controllers, definitions, shards.controller(description, DefinitionReconciler::new));
    }

    /** Any kind may have objects that it owned; other owners' ends are noticed at the next resync. */
    private <S, T> List<ObjectKey> ownerGone(ResourceEvent<S, T> event) {
        return event instanceof ResourceEvent.Deleted<S, T>
                ? definitions.lister().list().stream().map(Resource::key).toList()
                : List.of();
    }
}
