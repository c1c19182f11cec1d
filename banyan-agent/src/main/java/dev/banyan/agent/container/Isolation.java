package dev.banyan.agent.container;

import java.util.Map;
import java.util.Set;

/**
 * What parts a sandbox and its containers from the server.
 *
 * @param privileged they may do what the server's own root may
 * @param shared what they have in common with the server
 * @param sysctls settings of the kernel for their own namespaces
 */
public record Isolation(boolean privileged, Set<Shared> shared, Map<String, String> sysctls) {
    /** Nothing is shared, and nothing granted. */
    public static final Isolation USUAL = new Isolation(false, Set.of(), Map.of());

    /** A namespace of the server. */
    public enum Shared {
        IPC,
        PID,
        UTS,
        CGROUP,
        NETWORK
    }

    public Isolation {
        shared = Set.copyOf(shared);
        sysctls = Map.copyOf(sysctls);
    }
}
