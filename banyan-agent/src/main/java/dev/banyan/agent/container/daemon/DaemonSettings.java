package dev.banyan.agent.container.daemon;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * How the agent's containerd shall be.
 *
 * @param pauseImage name of the image that holds sandboxes, as imported by {@link PauseImage}
 * @param networkNamespace file of the network namespace that containerd joins; empty for the agent's own
 */
public record DaemonSettings(
        DaemonDirectory directory, HostPrograms programs, String pauseImage, Optional<Path> networkNamespace) {
    public DaemonSettings {
        Objects.requireNonNull(directory, "directory");
        Objects.requireNonNull(programs, "programs");
        Objects.requireNonNull(pauseImage, "pauseImage");
    }

    /** containerd in the agent's own network namespace. */
    public static DaemonSettings of(DaemonDirectory directory, HostPrograms programs, String pauseImage) {
        return new DaemonSettings(directory, programs, pauseImage, Optional.empty());
    }
}
