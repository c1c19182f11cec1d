package dev.banyan.api.compose.image;

import java.util.Optional;

/**
 * The image of one service.
 *
 * @param image its name as in the manifest
 * @param build how it is built, where the file says that
 * @param platform that the service asks for
 */
public record ImageNeed(
        String service, String image, PullPolicy policy, Optional<Build> build, Optional<String> platform) {}
