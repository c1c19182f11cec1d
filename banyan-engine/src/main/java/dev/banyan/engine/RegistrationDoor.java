package dev.banyan.engine;

import dev.banyan.api.identity.SpiffeId;
import dev.banyan.api.v1.RegisterKindRequest;
import dev.banyan.api.v1.RegisterKindResponse;
import dev.banyan.api.v1.RemoveKindRequest;
import dev.banyan.api.v1.RemoveKindResponse;
import dev.banyan.engine.definition.Registration;
import dev.banyan.engine.server.Doors;

/** Hands the API's requests about kinds to their registration. */
final class RegistrationDoor implements Doors.Definitions {
    private final Registration registration;

    RegistrationDoor(Registration registration) {
        this.registration = registration;
    }

    @Override
    public RegisterKindResponse register(RegisterKindRequest request, SpiffeId caller) {
        return registration.register(request, caller);
    }

    @Override
    public RemoveKindResponse remove(RemoveKindRequest request, SpiffeId caller) {
        return registration.remove(request, caller);
    }
}
