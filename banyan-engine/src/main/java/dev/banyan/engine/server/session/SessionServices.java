package dev.banyan.engine.server.session;

import dev.banyan.runtime.env.Env;
import dev.banyan.runtime.store.Store;
import io.grpc.BindableService;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** The services for agents' sessions, and what they share. */
public final class SessionServices {
    private final Sessions sessions;
    private final List<BindableService> services;

    /** {@code heard} is told the agent's name at each sign of life; it must not wait. */
    public SessionServices(Store store, Env env, SessionSettings settings, Consumer<String> heard) {
        this(store, env, settings, heard, () -> true);
    }

    /** {@code acts} says whether this engine is known to be a member: only then it answers agents, and the others wait for it. */
    public SessionServices(
            Store store, Env env, SessionSettings settings, Consumer<String> heard, BooleanSupplier acts) {
        var relays = new Relays();
        this.sessions = new Sessions(store);
        var around = new LogReading.Surroundings(store, relays, settings.engine(), settings.agentBack(), env);
        this.services = List.of(
                new AgentSessionService(
                        settings,
                        new Registration(store, env, settings),
                        sessions,
                        relays,
                        new AgentSessionService.Hearing(heard, acts)),
                new LogService(around),
                new ReachService(around));
    }

    /** To be added as handler to an informer of session objects: registrations at other engines fence here too. */
    public Sessions sessions() {
        return sessions;
    }

    public List<BindableService> services() {
        return services;
    }
}
