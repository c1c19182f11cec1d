package dev.banyan.agent.container.containerd;

import dev.banyan.agent.container.ContainerException;
import dev.banyan.agent.container.ImageConfig;
import dev.banyan.agent.container.ImageReference;
import dev.banyan.agent.container.ObservedImage;
import dev.banyan.agent.container.PullOutcome;
import dev.banyan.agent.container.PullProgress;
import dev.banyan.agent.container.containerd.pull.PullLook;
import dev.banyan.agent.container.containerd.pull.PullWatch;
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
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Images: present or fetched, and what they say of themselves. Thread-safe. */
final class Images {
    /** 1 GiB over 10 Mbit/s takes 14 minutes. */
    private static final Duration PULL_DEADLINE = Duration.ofMinutes(20);

    /** Those with long histories have some hundred kilobytes. */
    private static final int CONFIGURATION_MAX = 4 << 20;

    /** More than one server has tasks of at a time. */
    private static final int CONFIGS_MAX = 256;

    private final Connection connection;
    private final Env env;
    private final StoredContent content;

    /** Of images that are present, as far as removals through here tell. */
    private final Map<ImageReference, ImageConfig> configs = new ConcurrentHashMap<>();

    Images(Connection connection, Env env) {
        this.connection = connection;
        this.env = env;
        this.content = new StoredContent(connection);
    }

    PullOutcome pull(ImageReference image, Consumer<PullProgress> told) throws InterruptedException {
        if (status(image, false).hasImage()) {
            return new PullOutcome.Present();
        }
        configs.remove(image);
        long start = env.time().nanos();
        try (var _ = PullWatch.begin(env, new PullLook(content, image.digest()), told)) {
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

    /** What an image says of itself, with the health check that CRI leaves out. What a digest names does not change. */
    Optional<ImageConfig> config(ImageReference image) throws InterruptedException {
        var known = configs.get(image);
        if (known != null) {
            return Optional.of(known);
        }
        var status = status(image, true);
        if (!status.hasImage()) {
            return Optional.empty();
        }
        var config = ImageInfo.read(status.getInfoMap())
                .withCheck(check(status.getImage().getId()));
        if (configs.size() >= CONFIGS_MAX) {
            configs.clear();
        }
        configs.put(image, config);
        return Optional.of(config);
    }

    /** The id of an image is the digest of its configuration; without that, nothing is known of its health. */
    private Optional<ImageConfig.Check> check(String digest) throws InterruptedException {
        return content.text(digest, CONFIGURATION_MAX).flatMap(ImageInfo::check);
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
        configs.clear();
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
