package dev.banyan.engine.image;

import dev.banyan.api.registry.ImageName;
import dev.banyan.api.registry.Login;
import dev.banyan.api.registry.Platform;
import java.time.Duration;
import java.util.Optional;

/**
 * An image that somebody needs in the cluster's registry.
 *
 * @param written the name as it was written, for messages
 * @param platform wanted beside those of the agents
 * @param login for the image's own registry; never kept
 */
public record Order(String written, ImageName name, Policy policy, Optional<Platform> platform, Optional<Login> login) {
    /** When the image's own registry is asked. */
    public sealed interface Policy {
        /** When the cluster has nothing under that name. */
        record Missing() implements Policy {}

        /** Each time. */
        record Always() implements Policy {}

        /** Never. */
        record Never() implements Policy {}

        /** When it was not for so long. */
        record Refresh(Duration after) implements Policy {}
    }

    /** What two orders must have in common to wait for one transfer. Logins are not part of it: whose is used is the first one's. */
    record Subject(ImageName name, Policy policy, Optional<Platform> platform) {}

    Subject subject() {
        return new Subject(name, policy, platform);
    }
}
