package dev.banyan.agent.workload.settings;

import dev.banyan.agent.container.logs.LogRotation;
import dev.banyan.api.v1.ContainerSpec;

/** How a container's output is kept. Pure. */
public final class TaskLogging {
    private TaskLogging() {}

    /** Whether it is kept at all. */
    public static boolean kept(ContainerSpec container) {
        return !container.getSettings().getLogging().getNone();
    }

    /** In which files. One file cannot be moved aside: it is two of half the size, so that no more is kept than was asked for. */
    public static LogRotation rotation(ContainerSpec container) {
        var logging = container.getSettings().getLogging();
        long bytes = logging.getFileBytes() > 0 ? logging.getFileBytes() : LogRotation.DEFAULT.maxBytes();
        int files = logging.getFiles() > 0 ? logging.getFiles() : LogRotation.DEFAULT.files();
        return files == 1 ? new LogRotation(Math.max(1, bytes / 2), 2) : new LogRotation(bytes, files);
    }
}
