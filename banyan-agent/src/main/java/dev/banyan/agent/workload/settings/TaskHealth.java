package dev.banyan.agent.workload.settings;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.banyan.agent.container.ImageConfig;
import dev.banyan.api.v1.ContainerSpec;
import dev.banyan.api.v1.HealthCheck;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/** Which health check holds for a container: its service's, or else its image's. Pure. */
public final class TaskHealth {
    /** Annotation of a container with its image's check, so that whoever adopts the container knows it. */
    static final String ANNOTATION = "dev.banyan/image-health";

    /** Docker's own, where the image says nothing. */
    private static final int RETRIES = 3;

    private TaskHealth() {}

    /** Whether the image has to be asked. */
    public static boolean isTheImages(ContainerSpec container) {
        return container.getHealthcheck().getTestCount() == 0
                && !container.getSettings().getHealthcheckDisabled();
    }

    /** What a container is to carry so that {@link #of} finds its image's check. */
    public static Map<String, String> annotations(Optional<ImageConfig> image) {
        return image.flatMap(ImageConfig::check)
                .map(check -> Map.of(
                        ANNOTATION,
                        Base64.getEncoder().encodeToString(check(check).toByteArray())))
                .orElse(Map.of());
    }

    /** The check of a container with these annotations; empty when it is healthy as long as it runs. */
    public static Optional<HealthCheck> of(ContainerSpec container, Map<String, String> annotations) {
        if (container.getHealthcheck().getTestCount() > 0) {
            return Optional.of(container.getHealthcheck());
        }
        var written = annotations.getOrDefault(ANNOTATION, "");
        return written.isEmpty() || !isTheImages(container) ? Optional.empty() : Optional.of(read(written));
    }

    private static HealthCheck read(String written) {
        try {
            return HealthCheck.parseFrom(Base64.getDecoder().decode(written));
        } catch (InvalidProtocolBufferException | IllegalArgumentException broken) {
            throw new IllegalStateException("the health check that a container carries cannot be read", broken);
        }
    }

    private static HealthCheck check(ImageConfig.Check check) {
        return HealthCheck.newBuilder()
                .addAllTest(check.test())
                .setIntervalMs(check.interval().toMillis())
                .setTimeoutMs(check.timeout().toMillis())
                .setStartPeriodMs(check.startPeriod().toMillis())
                .setStartIntervalMs(check.startInterval().toMillis())
                .setRetries(check.retries() > 0 ? check.retries() : RETRIES)
                .build();
    }
}
