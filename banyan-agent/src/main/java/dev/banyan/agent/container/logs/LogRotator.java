package dev.banyan.agent.container.logs;

import dev.banyan.agent.container.ContainerRuntime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Rotates the log of a running container. Thread-safe for different logs. */
public final class LogRotator {
    private final LogRotation rotation;
    private final ContainerRuntime runtime;

    public LogRotator(LogRotation rotation, ContainerRuntime runtime) {
        this.rotation = rotation;
        this.runtime = runtime;
    }

    /**
     * Rotates {@code log}, the current file of the running container, if it is large enough; true if it did. A file that is missing was
     * moved by an agent that died before it could have it reopened: that is made up for.
     */
    public boolean rotate(String containerId, Path log) throws InterruptedException {
        try {
            for (var move : rotation.plan(log, Files.size(log))) {
                if (Files.exists(move.from())) {
                    Files.move(move.from(), move.to(), StandardCopyOption.REPLACE_EXISTING);
                }
            }
        } catch (NoSuchFileException alreadyMoved) {
            runtime.reopenLog(containerId);
            return true;
        } catch (IOException refused) {
            throw new UncheckedIOException("could not rotate " + log, refused);
        }
        if (Files.exists(log)) {
            return false;
        }
        runtime.reopenLog(containerId);
        return true;
    }
}
