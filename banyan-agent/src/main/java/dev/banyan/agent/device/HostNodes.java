package dev.banyan.agent.device;

import dev.banyan.agent.device.Description.Numbers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The device files of a server. Thread-safe. */
@FunctionalInterface
interface HostNodes {
    /** Bits of a mode that say what a file is, and what two sorts of devices have there. */
    int TYPE = 0170000;

    int CHARACTERS = 0020000;
    int BLOCKS = 0060000;

    /** Of the device file at {@code path}; empty where none is. */
    Optional<Numbers> at(String path);

    /** Those of the machine that this runs on. */
    static Optional<Numbers> ofThisServer(String path) {
        try {
            var file = Path.of(path);
            int type = (Integer) Files.getAttribute(file, "unix:mode") & TYPE;
            if (type != CHARACTERS && type != BLOCKS) {
                return Optional.empty();
            }
            long device = (Long) Files.getAttribute(file, "unix:rdev");
            return Optional.of(new Numbers(type == BLOCKS ? "b" : "c", major(device), minor(device)));
        } catch (IOException | UnsupportedOperationException absent) {
            return Optional.empty();
        }
    }

    /** As glibc packs both into one number. */
    private static long major(long device) {
        return (device >>> 8) & 0xFFF | (device >>> 32) & 0xFFFF_F000L;
    }

    private static long minor(long device) {
        return device & 0xFF | (device >>> 12) & 0xFFFF_FF00L;
    }
}
