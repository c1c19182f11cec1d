package dev.banyan.agent.container.oci;

import dev.banyan.agent.container.ContainerException;
import dev.banyan.agent.container.ContainerException.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;

/**
 * The disks of a server, which the kernel knows by numbers.
 *
 * @param numbers where it shows them, such as {@code /sys/dev/block}
 */
public record Disks(Path numbers) {
    private static final Path KERNELS = Path.of("/sys/dev/block");

    /** Of {@code st_mode}: what sort of file it is, and which sort is a block device. */
    private static final int SORT = 0170000;

    private static final int BLOCK = 0060000;

    /** Those of the server that this program runs on. */
    public static Disks ofThisServer() {
        return new Disks(KERNELS);
    }

    /** A disk as the kernel counts it. */
    record Number(long major, long minor) {}

    /**
     * The disk behind a path, also behind a link.
     *
     * @throws ContainerException {@code INVALID} when there is none
     */
    Number number(String path) {
        try {
            var file = Map.copyOf(Files.readAttributes(Path.of(path), "unix:rdev,mode"));
            if (((Integer) file.getOrDefault("mode", 0) & SORT) != BLOCK) {
                throw refused(path + " is no disk");
            }
            return whole(path, number((Long) file.getOrDefault("rdev", 0L)));
        } catch (IOException | InvalidPathException absent) {
            throw refused("this server has no disk " + path);
        }
    }

    /** As the C library packs the two into one. */
    static Number number(long packed) {
        return new Number(
                packed >> 8 & 0xfff | packed >> 32 & 0xffff_f000L, packed & 0xff | packed >> 12 & 0xffff_ff00L);
    }

    private Number whole(String path, Number number) {
        var shown = numbers.resolve(number.major() + ":" + number.minor());
        if (Files.exists(shown.resolve("partition"))) {
            throw refused(path + " is a partition, and limits are of whole disks");
        }
        return number;
    }

    private static ContainerException refused(String why) {
        return new ContainerException(Kind.INVALID, "could not limit what goes to and from disks: " + why);
    }
}
