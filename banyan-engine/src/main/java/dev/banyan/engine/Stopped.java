package dev.banyan.engine;

import dev.banyan.api.identity.SpiffeId;
import dev.banyan.api.v1.ApplyRequest;
import dev.banyan.api.v1.ApplyResponse;
import dev.banyan.api.v1.CreateTokenRequest;
import dev.banyan.api.v1.CreateTokenResponse;
import dev.banyan.api.v1.JoinRequest;
import dev.banyan.api.v1.JoinResponse;
import dev.banyan.api.v1.MissingContentsRequest;
import dev.banyan.api.v1.MissingContentsResponse;
import dev.banyan.api.v1.OpenMaterialRequest;
import dev.banyan.api.v1.PlanResponse;
import dev.banyan.api.v1.PutContentRequest;
import dev.banyan.api.v1.PutContentResponse;
import dev.banyan.api.v1.RegisterKindRequest;
import dev.banyan.api.v1.RegisterKindResponse;
import dev.banyan.api.v1.RemoveKindRequest;
import dev.banyan.api.v1.RemoveKindResponse;
import dev.banyan.api.v1.RemoveRequest;
import dev.banyan.api.v1.RemoveResponse;
import dev.banyan.api.v1.RemoveValueRequest;
import dev.banyan.api.v1.RemoveValueResponse;
import dev.banyan.api.v1.RemoveVolumeRequest;
import dev.banyan.api.v1.RemoveVolumeResponse;
import dev.banyan.api.v1.RenewRequest;
import dev.banyan.api.v1.RenewResponse;
import dev.banyan.api.v1.ScaleRequest;
import dev.banyan.api.v1.ScaleResponse;
import dev.banyan.api.v1.SetValueRequest;
import dev.banyan.api.v1.SetValueResponse;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.engine.image.ImageDesk;
import dev.banyan.engine.image.Order;
import dev.banyan.engine.image.shelf.Shelf;
import dev.banyan.engine.server.Doors;
import dev.banyan.runtime.audit.RestoreGate;

/** The doors of an engine that found its store restored when it started: all but status and decision are shut, and say why. */
record Stopped(RestoreGate gate) implements Doors.Enrolment, Doors.Apps, Doors.Definitions, Doors.Sealed, ImageDesk {
    @Override
    public JoinResponse join(JoinRequest request, byte[] serverDigest) {
        throw refusal();
    }

    @Override
    public RenewResponse renew(RenewRequest request, SpiffeId caller, byte[] serverDigest) {
        throw refusal();
    }

    @Override
    public CreateTokenResponse createToken(CreateTokenRequest request) {
        throw refusal();
    }

    @Override
    public ApplyResponse apply(ApplyRequest request, SpiffeId caller) {
        throw refusal();
    }

    @Override
    public PlanResponse plan(ApplyRequest request, SpiffeId caller) {
        throw refusal();
    }

    @Override
    public ScaleResponse scale(ScaleRequest request, SpiffeId caller) {
        throw refusal();
    }

    @Override
    public RemoveResponse remove(RemoveRequest request, SpiffeId caller) {
        throw refusal();
    }

    @Override
    public RemoveVolumeResponse removeVolume(RemoveVolumeRequest request, SpiffeId caller) {
        throw refusal();
    }

    @Override
    public RegisterKindResponse register(RegisterKindRequest request, SpiffeId caller) {
        throw refusal();
    }

    @Override
    public RemoveKindResponse remove(RemoveKindRequest request, SpiffeId caller) {
        throw refusal();
    }

    @Override
    public MissingContentsResponse missing(MissingContentsRequest request) {
        throw refusal();
    }

    @Override
    public String registry() {
        throw refusal();
    }

    @Override
    public PutContentResponse put(PutContentRequest request) {
        throw refusal();
    }

    @Override
    public SetValueResponse set(SetValueRequest request) {
        throw refusal();
    }

    @Override
    public RemoveValueResponse remove(RemoveValueRequest request) {
        throw refusal();
    }

    @Override
    public void open(OpenMaterialRequest request, SpiffeId caller, Doors.Receiver receiver) {
        throw refusal();
    }

    @Override
    public Waiting mirror(Order order) {
        throw refusal();
    }

    @Override
    public Waiting foresee(Order order) {
        throw refusal();
    }

    @Override
    public Shelf shelf() {
        throw refusal();
    }

    private ApiException refusal() {
        return new ApiException(Reason.UNAVAILABLE, gate.halted().orElse("the engine is starting"));
    }
}
