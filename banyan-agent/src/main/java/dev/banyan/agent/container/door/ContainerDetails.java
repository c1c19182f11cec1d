package dev.banyan.agent.container.door;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a container is, beyond what a listing has of it. Without its environment.
 *
 * @param image as the runtime names it
 * @param process its first process, by the number that it has on the server; empty when it does not run
 * @param started when that began, by the server's wall clock
 * @param mounts what it was given, without what every container has
 */
public record ContainerDetails(
        String image, OptionalLong process, Optional<Instant> started, List<Mount> mounts, Limits limits) {
    public ContainerDetails {
        mounts = List.copyOf(mounts);
    }

    /** @param source on the server; may be empty */
    public record Mount(String source, String target, String type, List<String> options) {
        public Mount {
            options = List.copyOf(options);
        }
    }

    /**
     * As the runtime was told; 0 and empty are for no limit.
     *
     * @param memoryAndSwap in bytes, as memory
     * @param cpuMilli in thousandths of a processor
     * @param cpus which ones it may use, such as 0-3
     */
    public record Limits(long memory, long memoryAndSwap, long cpuMilli, String cpus, long processes, long openFiles) {}
}
