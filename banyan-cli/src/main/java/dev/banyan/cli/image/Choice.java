package dev.banyan.cli.image;

import dev.banyan.api.compose.image.PullPolicy;
import java.util.Optional;

/**
 * What the user wants beside what the files say.
 *
 * @param building which of the services with a {@code build} are built
 * @param pull in place of each service's own policy
 * @param builder the program, in place of the first that is found
 */
public record Choice(Building building, Optional<PullPolicy> pull, Optional<String> builder) {
    /** What is built. */
    public enum Building {
        /** What the cluster has not, and what is to be built each time. */
        NEEDED,
        /** All that can be. */
        ALL,
        /** Nothing: what the cluster has not is an error. */
        NONE
    }
}
