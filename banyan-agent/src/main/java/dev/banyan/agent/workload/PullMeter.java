package dev.banyan.agent.workload;

import dev.banyan.agent.container.ImageReference;
import dev.banyan.agent.container.PullProgress;
import dev.banyan.api.v1.PullStatus;
import java.time.Duration;
import java.util.Optional;

/** What of a pull is worth a status: a percent more than was told, and not twice within a second. Stepped; for one pull and one task. */
final class PullMeter {
    /** Each status is a write, and an agent may have a hundred pulls. */
    static final Duration PACE = Duration.ofSeconds(1);

    private final ImageReference image;
    private Optional<Told> told = Optional.empty();

    private record Told(int percent, long nanos) {}

    PullMeter(ImageReference image) {
        this.image = image;
    }

    /** What to tell at a monotonic time, if anything. */
    Optional<PullStatus> step(PullProgress progress, long nowNanos) {
        if (told.filter(last -> !due(last, progress, nowNanos)).isPresent()) {
            return Optional.empty();
        }
        told = Optional.of(new Told(progress.percent(), nowNanos));
        return Optional.of(PullStatus.newBuilder()
                .setImage(image.repository())
                .setBytesDone(progress.bytesDone())
                .setBytesTotal(progress.bytesTotal())
                .setLayersDone(progress.layersDone())
                .setLayers(progress.layers())
                .build());
    }

    private static boolean due(Told last, PullProgress progress, long nowNanos) {
        return progress.percent() > last.percent() && nowNanos - last.nanos() >= PACE.toNanos();
    }
}
