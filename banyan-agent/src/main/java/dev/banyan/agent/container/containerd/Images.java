package dev.banyan.agent.container.containerd;

import dev.banyan.agent.container.ContainerException;
import dev.banyan.agent.container.ImageConfig;
import dev.banyan.agent.container.ImageReference;
import dev.banyan.agent.container.ObservedImage;
import dev.banyan.agent.container.PullOutcome;
import dev.banyan.agent.container.cri.v1.Image;
import dev.banyan.agent.container.cri.v1.ImageSpec;
import dev.banyan.agent.container.cri.v1.ImageStatusRequest;
import dev.banyan.agent.container.cri.v1.ImageStatusResponse;
import dev.banyan.agent.container.cri.v1.ListImagesRequest;
import dev.banyan.agent.container.cri.v1.PullImageRequest;
import dev.banyan.agent.container.cri.v1.RemoveImageRequest;
import dev.banyan.runtime.env.Env;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Images: present or fetched, and what they say of themselves. Thread-safe. */
final class Images {
    /** 1 GiB over 10 Mbit/s takes 14 minutes. */
    private static final Duration PULL_DEADLINE = Duration.ofMinutes(20);

    private final Connection connection;
    private final Env env;

    Images(Connection connection, Env env) {
        this.connection = connection;
        this.env = env;
    }

    PullOutcome pull(ImageReference image) throws InterruptedException {
        if (status(image, false).hasImage()) {
            return new PullOutcome.Present();
        }
        long start = env.time().nanos();
        try {
            connection
                    .images(PULL_DEADLINE)
                    .pullImage(
                            PullImageRequest.newBuilder().setImage(spec(image)).build());
        } catch (StatusRuntimeException refusal) {
            if (Thread.interrupted()) {
                throw new InterruptedException("cancelled: pull " + image);
            }
            var sentence = Refusals.sentence(refusal);
            return new PullOutcome.Failed(Refusals.pullCause(refusal.getStatus(), sentence), sentence);
        }
        var took = env.time().since(start);
        return new PullOutcome.Pulled(status(image, false).getImage().getSize(), took);
    }

    Optional<ImageConfig> config(ImageReference image) throws InterruptedException {
        var status = status(image, true);
        return status.hasImage() ? Optional.of(ImageInfo.read(status.getInfoMap())) : Optional.empty();
    }

    /** containerd's name for the whole content of an image. */
    String chain(ImageReference image) throws InterruptedException {
        var status = status(image, true);
        if (!status.hasImage()) {
            throw new ContainerException(ContainerException.Kind.NOT_FOUND, "image not present: " + image);
        }
        return ImageInfo.chain(status.getInfoMap());
    }

    List<ObservedImage> list() throws InterruptedException {
        var answer = connection.call(
                "list images",
                () -> connection.images(Connection.SHORT).listImages(ListImagesRequest.getDefaultInstance()));
        return answer.getImagesList().stream()
                .map(image -> new ObservedImage(image.getId(), references(image), image.getSize()))
                .toList();
    }

    void remove(String id) throws InterruptedException {
        var request = RemoveImageRequest.newBuilder()
                .setImage(ImageSpec.newBuilder().setImage(id))
                .build();
        // Answers only once the content is gone from the disk as well.
        var ignored = connection.call(
                "remove image " + id, () -> connection.images(Connection.LONG).removeImage(request));
    }

    private static List<String> references(Image image) {
        return Stream.concat(image.getRepoDigestsList().stream(), image.getRepoTagsList().stream())
                .toList();
    }

    static ImageSpec spec(ImageReference image) {
        return ImageSpec.newBuilder().setImage(image.toString()).build();
    }

    private ImageStatusResponse status(ImageReference image, boolean verbose) throws InterruptedException {
        var request = ImageStatusRequest.newBuilder()
                .setImage(spec(image))
                .setVerbose(verbose)
                .build();
        return connection.call(
                "inspect image " + image,
                () -> connection.images(Connection.SHORT).imageStatus(request));
    }
}
