package dev.banyan.engine;

import dev.banyan.api.v1.StatusResponse;
import dev.banyan.engine.admission.Admission;
import dev.banyan.engine.admission.ImageResolver;
import dev.banyan.engine.admission.VolumeRemoval;
import dev.banyan.engine.definition.Registration;
import dev.banyan.engine.image.ImageDesk;
import dev.banyan.engine.secrets.Vault;
import dev.banyan.engine.server.ApiServices;
import dev.banyan.engine.server.Doors;
import dev.banyan.engine.server.session.SessionServices;
import dev.banyan.engine.server.session.SessionSettings;
import dev.banyan.runtime.env.Env;
import java.util.function.Supplier;

/**
 * What an engine answers to callers, over its control plane and whatever carries the calls. The same assembly runs in simulations. Assembly
 * only.
 */
public final class Reception {
    /**
     * What it knows besides the control plane.
     *
     * @param sessions how agents are answered
     * @param images which image a name means
     * @param fetching how images get into the cluster's registry
     * @param enrolment who becomes a member
     * @param vault what seals values and opens them
     * @param status how the engine is
     */
    public record Desk(
            SessionSettings sessions,
            ImageResolver images,
            ImageDesk fetching,
            Doors.Enrolment enrolment,
            Vault vault,
            Supplier<StatusResponse.Builder> status) {}

    private final ApiServices services;

    /** Adds its handlers to the control plane's informers: to be made before that is started. */
    public Reception(Env env, ControlPlane plane, Desk desk) {
        var store = plane.store();
        var sealed = new SealedDoor(store, desk.vault(), env, plane.events());
        var doors = new Doors(
                desk.enrolment(),
                new AdmissionDoor(
                        new Admission(store, desk.images(), sealed),
                        new VolumeRemoval(store),
                        plane.events(),
                        plane.caches()::forDeployment),
                new RestoreDoor(plane.gate(), desk.status()),
                new RegistrationDoor(new Registration(store)),
                desk.fetching(),
                sealed);
        var sessions = new SessionServices(store, env, desk.sessions(), plane.judge()::heard, () -> plane.membership()
                .view()
                .isPresent());
        plane.caches().sessions.addDirectHandler(sessions.sessions());
        this.services = new ApiServices(store, doors, sessions, env);
        plane.caches().agents.addDirectHandler(services.members().agents());
        plane.kinds().controllers.addDirectHandler(services.members().controllers());
    }

    /** To be served. */
    public ApiServices services() {
        return services;
    }
}
