package dev.banyan.engine;

import dev.banyan.api.identity.SpiffeId;
import dev.banyan.api.v1.CreateTokenRequest;
import dev.banyan.api.v1.CreateTokenResponse;
import dev.banyan.api.v1.JoinRequest;
import dev.banyan.api.v1.JoinResponse;
import dev.banyan.api.v1.RenewRequest;
import dev.banyan.api.v1.RenewResponse;
import dev.banyan.engine.identity.Enrollment;
import dev.banyan.engine.server.Doors;

/** Hands the API's requests about membership to enrolment. */
final class EnrollmentDoor implements Doors.Enrolment {
    private final Enrollment enrollment;

    EnrollmentDoor(Enrollment enrollment) {
        this.enrollment = enrollment;
    }

    @Override
    public JoinResponse join(JoinRequest request, byte[] serverDigest) {
        return enrollment.join(request, serverDigest);
    }

    @Override
    public RenewResponse renew(RenewRequest request, SpiffeId caller, byte[] serverDigest) {
        return enrollment.renew(request, caller, serverDigest);
    }

    @Override
    public CreateTokenResponse createToken(CreateTokenRequest request) {
        return enrollment.createToken(request);
    }
}
