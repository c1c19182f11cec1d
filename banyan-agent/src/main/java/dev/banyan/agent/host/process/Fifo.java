package dev.banyan.agent.host.process;

import dev.banyan.agent.host.HostException;
import java.nio.file.Path;

/** Pipes with names. */
public final class Fifo {
    private static final int OWNER_ALONE = 0600;

    private Fifo() {}

    /** Makes one that root alone may open; there must be nothing of the name. */
    public static Path make(Path path) {
        int refused = Calls.mkfifo(path.toString(), OWNER_ALONE);
        if (refused != 0) {
            throw new HostException("could not make the pipe " + path + ": errno " + refused);
        }
        return path;
    }
}
