package dev.banyan.agent.container;

import java.util.Map;
import java.util.Optional;

/**
 * A sandbox as the runtime has it.
 *
 * @param name name given in {@link SandboxSpec}
 * @param uid uid given in {@link SandboxSpec}
 * @param attempt from 0; names are unique by (name, uid, attempt)
 * @param ready false when its network or its holding process is gone: it can only be removed
 * @param address IPv4 address of its containers; empty when not ready
 */
public record ObservedSandbox(
        String id,
        String name,
        String uid,
        int attempt,
        boolean ready,
        Optional<String> address,
        Map<String, String> labels,
        Map<String, String> annotations) {
    public ObservedSandbox {
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
    }
}
