package dev.banyan.cli;

import dev.banyan.api.v1.ApplyRequest;
import dev.banyan.api.v1.ApplyResponse;
import dev.banyan.api.v1.DeploymentsGrpc;
import dev.banyan.api.v1.ImagesGrpc;
import dev.banyan.api.v1.MirrorProgress;
import dev.banyan.api.v1.MirrorRequest;
import io.grpc.BindableService;
import io.grpc.stub.StreamObserver;

/** What {@link StubEngine} does besides showing objects: the verbs of a {@link FakeCluster}, over the wire. */
final class StubVerbs {
    private final FakeCluster cluster;

    StubVerbs(FakeCluster cluster) {
        this.cluster = cluster;
    }

    BindableService[] all() {
        return new BindableService[] {new Deployments(), new Images()};
    }

    private final class Deployments extends DeploymentsGrpc.DeploymentsImplBase {
        @Override
        public void apply(ApplyRequest request, StreamObserver<ApplyResponse> replies) {
            replies.onNext(cluster.apply(request));
            replies.onCompleted();
        }
    }

    private final class Images extends ImagesGrpc.ImagesImplBase {
        @Override
        public void mirror(MirrorRequest request, StreamObserver<MirrorProgress> replies) {
            var mirrored = cluster.mirror(request, size -> {});
            replies.onNext(MirrorProgress.newBuilder().setMirrored(mirrored).build());
            replies.onCompleted();
        }
    }
}
