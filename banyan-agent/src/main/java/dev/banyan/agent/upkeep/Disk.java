package dev.banyan.agent.upkeep;

import dev.banyan.agent.host.HostException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The disk that images and containers are on. Thread-safe. */
@FunctionalInterface
public interface Disk {
    /**
     * How full it is, as {@code df} counts: of what programs may use, 0 to 100.
     *
     * @throws HostException when it cannot be asked
     */
    int percentUsed();

    /** The disk of a directory that exists. */
    static Disk of(Path directory) {
        return () -> {
            try {
                var store = Files.getFileStore(directory);
                long used = store.getTotalSpace() - store.getUnallocatedSpace();
                long usable = used + store.getUsableSpace();
                // Rounded up: what is full to the last block is not 99 %.
                return usable == 0 ? 0 : (int) Math.ceilDiv(used * 100, usable);
            } catch (IOException failed) {
                throw new HostException("could not ask for the free space of " + directory, failed);
            }
        };
    }
}
