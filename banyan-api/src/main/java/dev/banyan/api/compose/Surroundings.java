package dev.banyan.api.compose;

import java.util.Map;
import java.util.Optional;

/**
 * What a Compose file may refer to.
 *
 * @param projectName a name that wins over the file's; empty when none was asked for
 * @param directory name of the directory that holds the file, from which a project without a name is named
 * @param environment variables of the caller
 * @param files other files beside the Compose file
 */
public record Surroundings(
        Optional<String> projectName, String directory, Map<String, String> environment, NearbyFiles files) {
    public Surroundings {
        environment = Map.copyOf(environment);
    }

    /** Reads files by their path relative to the Compose file. */
    @FunctionalInterface
    public interface NearbyFiles {
        /** The file's text, cut after {@link DotEnv#TEXT_MAX} + 1 characters; empty when there is no such file or it is unreadable. */
        Optional<String> read(String path);
    }
}
