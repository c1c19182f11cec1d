package dev.banyan.cli.cluster;

import dev.banyan.api.registry.Registry;
import dev.banyan.api.v1.AcceptRestoreRequest;
import dev.banyan.api.v1.AcceptRestoreResponse;
import dev.banyan.api.v1.ApplyRequest;
import dev.banyan.api.v1.ApplyResponse;
import dev.banyan.api.v1.CreateTokenRequest;
import dev.banyan.api.v1.CreateTokenResponse;
import dev.banyan.api.v1.ListImagesResponse;
import dev.banyan.api.v1.LogRequest;
import dev.banyan.api.v1.MirrorRequest;
import dev.banyan.api.v1.Mirrored;
import dev.banyan.api.v1.MissingContentsRequest;
import dev.banyan.api.v1.MissingContentsResponse;
import dev.banyan.api.v1.PlanResponse;
import dev.banyan.api.v1.PruneImagesRequest;
import dev.banyan.api.v1.PruneImagesResponse;
import dev.banyan.api.v1.PutContentRequest;
import dev.banyan.api.v1.ReachRequest;
import dev.banyan.api.v1.RemoveKindRequest;
import dev.banyan.api.v1.RemoveKindResponse;
import dev.banyan.api.v1.RemoveRequest;
import dev.banyan.api.v1.RemoveResponse;
import dev.banyan.api.v1.RemoveValueRequest;
import dev.banyan.api.v1.RemoveValueResponse;
import dev.banyan.api.v1.RemoveVolumeRequest;
import dev.banyan.api.v1.RemoveVolumeResponse;
import dev.banyan.api.v1.ScaleRequest;
import dev.banyan.api.v1.ScaleResponse;
import dev.banyan.api.v1.SetValueRequest;
import dev.banyan.api.v1.SetValueResponse;
import dev.banyan.api.v1.StatusResponse;
import dev.banyan.api.v1.TransferSize;
import dev.banyan.runtime.store.Store;

/** One connection to a cluster. Thread-safe. */
public interface ClusterApi extends AutoCloseable {
    /** The cluster's objects. */
    Store store();

    ApplyResponse apply(ApplyRequest request);

    /** What {@link #apply} would do. */
    PlanResponse plan(ApplyRequest request);

    ScaleResponse scale(ScaleRequest request);

    RemoveResponse remove(RemoveRequest request);

    RemoveVolumeResponse remove(RemoveVolumeRequest request);

    StatusResponse status();

    AcceptRestoreResponse acceptRestore(AcceptRestoreRequest request);

    RemoveKindResponse remove(RemoveKindRequest request);

    CreateTokenResponse createToken(CreateTokenRequest request);

    MissingContentsResponse missingContents(MissingContentsRequest request);

    void putContent(PutContentRequest request);

    SetValueResponse setValue(SetValueRequest request);

    RemoveValueResponse removeValue(RemoveValueRequest request);

    /** What the cluster's registry has. */
    ListImagesResponse listImages();

    PruneImagesResponse pruneImages(PruneImagesRequest request);

    /** Has an image of another registry in the cluster's; returns once it is there. Interrupting cancels it. */
    Mirrored mirror(MirrorRequest request, Moving moving) throws InterruptedException;

    /** The cluster's registry, for pushing; the caller closes it. */
    Registry images();

    /** Is told how far a transfer is. */
    interface Moving {
        void at(TransferSize size);
    }

    /** Lines as they come; the caller closes the stream. */
    LogStream logs(LogRequest request);

    /** Opens a session with a container; the caller closes it. */
    Passage reach(ReachRequest request) throws InterruptedException;

    /** Ends every call and watch. */
    @Override
    void close();
}
