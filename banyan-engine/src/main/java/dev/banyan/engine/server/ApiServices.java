package dev.banyan.engine.server;

import dev.banyan.engine.definition.DefinedKinds;
import dev.banyan.engine.server.call.AccessTable;
import dev.banyan.engine.server.call.CallGuard;
import dev.banyan.engine.server.call.MemberCalls;
import dev.banyan.engine.server.call.MethodRules;
import dev.banyan.engine.server.call.StreamSlot;
import dev.banyan.engine.server.session.SessionServices;
import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.store.Store;
import io.grpc.BindableService;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServerTransportFilter;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import java.util.ArrayList;
import java.util.List;

/**
 * What an engine serves, whatever carries it: {@link ApiServer} does over sockets, a simulation over a wire of its own. The transport says
 * who calls by the TLS session among a call's attributes, and gives each call a task of its own, so that it may block.
 */
public final class ApiServices {
    private final MemberCalls members;
    private final HealthStatusManager health = new HealthStatusManager();
    private final List<ServerServiceDefinition> guarded;

    /** Serves {@code store} and what is behind the doors. */
    public ApiServices(Store store, Doors doors, SessionServices sessions, Env env) {
        this.members = new MemberCalls(store);
        var bindable = new ArrayList<BindableService>(DoorServices.of(doors));
        var kinds = new DefinedKinds(store, env);
        bindable.add(new ResourceService(store, new ObjectAccess(AccessTable.BANYAN, store, kinds), kinds, env));
        bindable.add(new ImageService(doors.images(), env));
        bindable.addAll(sessions.services());
        bindable.addAll(SealedServices.of(doors.sealed(), env));
        bindable.add(health.getHealthService());
        var services = bindable.stream().map(BindableService::bindService).toList();
        var guard = new CallGuard(MethodRules.of(services), members);
        this.guarded = services.stream()
                .map(service -> ServerInterceptors.intercept(service, guard))
                .toList();
    }

    /** All services, each behind the guard. */
    public List<ServerServiceDefinition> guarded() {
        return guarded;
    }

    /** To be told of each connection: counts its streams. */
    public ServerTransportFilter connections() {
        return StreamSlot.counter();
    }

    /** Whose handlers are to be added to informers of agents and controllers: calls of a removed one end. */
    public MemberCalls members() {
        return members;
    }

    /** What is answered to who asks for this engine's health; once it does not serve it never does again. */
    void serving(boolean serves) {
        if (serves) {
            health.setStatus("", ServingStatus.SERVING);
        } else {
            health.enterTerminalState();
        }
    }
}
