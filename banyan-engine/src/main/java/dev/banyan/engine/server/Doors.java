package dev.banyan.engine.server;

import dev.banyan.api.identity.SpiffeId;
import dev.banyan.api.v1.AcceptRestoreRequest;
import dev.banyan.api.v1.AcceptRestoreResponse;
import dev.banyan.api.v1.ApplyRequest;
import dev.banyan.api.v1.ApplyResponse;
import dev.banyan.api.v1.CreateTokenRequest;
import dev.banyan.api.v1.CreateTokenResponse;
import dev.banyan.api.v1.JoinRequest;
import dev.banyan.api.v1.JoinResponse;
import dev.banyan.api.v1.MaterialPart;
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
import dev.banyan.api.v1.StatusResponse;
import dev.banyan.engine.image.ImageDesk;

/**
 * What the front door hands on, and to whom; the engine's root connects the rooms behind. Implementations are thread-safe, may block,
 * and refuse by throwing {@link dev.banyan.api.wire.ApiException}.
 */
public record Doors(
        Enrolment enrolment, Apps apps, ClusterView cluster, Definitions kinds, ImageDesk images, Sealed sealed) {
    /** Who belongs to the cluster. {@code serverDigest} is the SHA-256 of the certificate that the caller was shown. */
    public interface Enrolment {
        JoinResponse join(JoinRequest request, byte[] serverDigest);

        RenewResponse renew(RenewRequest request, SpiffeId caller, byte[] serverDigest);

        CreateTokenResponse createToken(CreateTokenRequest request);
    }

    /** What runs. {@code caller} is who asked. */
    public interface Apps {
        ApplyResponse apply(ApplyRequest request, SpiffeId caller);

        PlanResponse plan(ApplyRequest request, SpiffeId caller);

        ScaleResponse scale(ScaleRequest request, SpiffeId caller);

        RemoveResponse remove(RemoveRequest request, SpiffeId caller);

        RemoveVolumeResponse removeVolume(RemoveVolumeRequest request, SpiffeId caller);
    }

    /** How the engine is, and what an operator decides. {@code caller} is who asked. */
    public interface ClusterView {
        StatusResponse status();

        AcceptRestoreResponse acceptRestore(AcceptRestoreRequest request, SpiffeId caller);
    }

    /** What nobody else shall read. {@code caller} is who asked. */
    public interface Sealed {
        MissingContentsResponse missing(MissingContentsRequest request);

        PutContentResponse put(PutContentRequest request);

        SetValueResponse set(SetValueRequest request);

        RemoveValueResponse remove(RemoveValueRequest request);

        /** Sends the parts one after the other; ends early once the receiver is gone. */
        void open(OpenMaterialRequest request, SpiffeId caller, Receiver receiver) throws InterruptedException;
    }

    /** Who gets a stream of material. */
    @FunctionalInterface
    public interface Receiver {
        /** Waits while the receiver does; false once it is gone. */
        boolean receive(MaterialPart part) throws InterruptedException;
    }

    /** Which kinds there are besides Banyan's own. {@code caller} is who asked. */
    public interface Definitions {
        RegisterKindResponse register(RegisterKindRequest request, SpiffeId caller);

        RemoveKindResponse remove(RemoveKindRequest request, SpiffeId caller);
    }
}
