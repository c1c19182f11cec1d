package dev.banyan.engine.server;

import dev.banyan.api.registry.ImageName;
import dev.banyan.api.registry.Login;
import dev.banyan.api.registry.Platform;
import dev.banyan.api.registry.RegistryException;
import dev.banyan.api.v1.ImagesGrpc;
import dev.banyan.api.v1.KeptImage;
import dev.banyan.api.v1.ListImagesRequest;
import dev.banyan.api.v1.ListImagesResponse;
import dev.banyan.api.v1.LocateRequest;
import dev.banyan.api.v1.LocateResponse;
import dev.banyan.api.v1.MirrorProgress;
import dev.banyan.api.v1.MirrorRequest;
import dev.banyan.api.v1.Mirrored;
import dev.banyan.api.v1.PruneImagesRequest;
import dev.banyan.api.v1.PruneImagesResponse;
import dev.banyan.api.v1.RegistryLogin;
import dev.banyan.api.v1.TransferSize;
import dev.banyan.api.wire.ApiException;
import dev.banyan.api.wire.Reason;
import dev.banyan.engine.image.ImageDesk;
import dev.banyan.engine.image.ImageDesk.State;
import dev.banyan.engine.image.Order;
import dev.banyan.engine.image.shelf.Shelf;
import dev.banyan.engine.server.call.Answers;
import dev.banyan.engine.server.call.Outbound;
import dev.banyan.runtime.env.Env;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Brings images in, and tells how far that is. */
final class ImageService extends ImagesGrpc.ImagesImplBase {
    private static final Duration PACE = Duration.ofMillis(250);

    private final ImageDesk desk;
    private final Env env;

    ImageService(ImageDesk desk, Env env) {
        this.desk = desk;
        this.env = env;
    }

    @Override
    public void locate(LocateRequest request, StreamObserver<LocateResponse> reply) {
        Answers.unary(
                reply,
                () -> LocateResponse.newBuilder().setAddress(desk.registry()).build());
    }

    @Override
    public void list(ListImagesRequest request, StreamObserver<ListImagesResponse> reply) {
        Answers.unary(reply, () -> {
            var stock = desk.shelf().stock();
            return ListImagesResponse.newBuilder()
                    .addAllImages(
                            stock.images().stream().map(ImageService::kept).toList())
                    .setBytes(stock.bytes())
                    .setUnusedBytes(stock.unused())
                    .build();
        });
    }

    @Override
    public void prune(PruneImagesRequest request, StreamObserver<PruneImagesResponse> reply) {
        Answers.unary(reply, () -> PruneImagesResponse.newBuilder()
                .addAllRemoved(pruned(request.getTrial()).stream()
                        .map(ImageService::kept)
                        .toList())
                .build());
    }

    private List<Shelf.Kept> pruned(boolean trial) {
        try {
            return desk.shelf().prune(trial);
        } catch (InterruptedException cancelled) {
            Thread.currentThread().interrupt();
            throw new ApiException(Reason.UNAVAILABLE, "the engine stops; ask again");
        } catch (RegistryException failed) {
            throw new ApiException(Reason.UNAVAILABLE, String.valueOf(failed.getMessage()));
        }
    }

    private static KeptImage kept(Shelf.Kept image) {
        return KeptImage.newBuilder()
                .setRepository(image.repository())
                .setDigest(image.digest())
                .addAllTags(image.tags())
                .setBytes(image.bytes())
                .addAllApps(image.apps())
                .setPushedMs(image.pushed().toEpochMilli())
                .setOwn(image.own())
                .setGoesMs(image.goes().map(Instant::toEpochMilli).orElse(0L))
                .build();
    }

    @Override
    public void mirror(MirrorRequest request, StreamObserver<MirrorProgress> reply) {
        var outbound = Outbound.of(reply, env, () -> {});
        env.tasks().spawn("mirror-call", () -> {
            try {
                follow(request, outbound);
                outbound.complete();
            } catch (RuntimeException failure) {
                outbound.fail(failure);
            }
        });
    }

    private void follow(MirrorRequest request, Outbound<MirrorProgress> outbound) throws InterruptedException {
        var order = order(request);
        try (var waiting = request.getTrial() ? desk.foresee(order) : desk.mirror(order)) {
            boolean goesOn = true;
            while (goesOn && !outbound.cancelled()) {
                goesOn = switch (waiting.next(PACE)) {
                    case State.Moving moving -> outbound.send(progress(moving));
                    case State.Done done -> {
                        outbound.send(progress(done));
                        yield false;
                    }
                    case State.Failed failed -> throw Answers.rejected("image", failed.reason());
                };
            }
        }
    }

    private static MirrorProgress progress(State.Moving moving) {
        return MirrorProgress.newBuilder()
                .setSize(TransferSize.newBuilder()
                        .setMovedBytes(moving.movedBytes())
                        .setTotalBytes(moving.totalBytes()))
                .build();
    }

    private static MirrorProgress progress(State.Done done) {
        return MirrorProgress.newBuilder()
                .setMirrored(Mirrored.newBuilder()
                        .setReference(done.reference())
                        .setOriginDigest(done.origin())
                        .setFetched(done.fetched())
                        .setBytes(done.bytes()))
                .build();
    }

    private static Order order(MirrorRequest request) {
        var platform = request.getPlatform().isEmpty()
                ? Optional.<Platform>empty()
                : Optional.of(Platform.parse(request.getPlatform()));
        return new Order(
                request.getImage(),
                ImageName.parse(request.getImage()),
                policy(request),
                platform,
                request.hasLogin() ? Optional.of(login(request.getLogin())) : Optional.empty());
    }

    private static Order.Policy policy(MirrorRequest request) {
        return switch (request.getPolicy()) {
            case POLICY_UNSPECIFIED, MISSING -> new Order.Policy.Missing();
            case ALWAYS -> new Order.Policy.Always();
            case NEVER -> new Order.Policy.Never();
            case REFRESH -> new Order.Policy.Refresh(Duration.ofMillis(request.getRefreshAfterMs()));
            case UNRECOGNIZED -> throw Answers.rejected("policy", "this engine does not know that policy");
        };
    }

    private static Login login(RegistryLogin login) {
        return login.getIdentityToken().isEmpty()
                ? new Login.Password(login.getUsername(), login.getPassword())
                : new Login.IdentityToken(login.getIdentityToken());
    }
}
