package dev.banyan.agent.container;

import java.util.Map;
import java.util.Optional;

/** A sandbox as it truly is. Guarded by its server's lock. */
final class FakeSandbox {
    final String id;
    final String cluster;
    final SandboxSpec spec;
    final Map<String, String> labels;
    final Optional<String> address; // empty on the server's network
    boolean ready = true;

    /** The daemon does not list it: what is left of a failure, and holds its name. */
    boolean hidden;

    FakeSandbox(String id, String cluster, SandboxSpec spec, Map<String, String> labels, Optional<String> address) {
        this.id = id;
        this.cluster = cluster;
        this.spec = spec;
        this.labels = labels;
        this.address = address;
    }

    boolean named(String ofCluster, SandboxSpec other) {
        return cluster.equals(ofCluster)
                && spec.name().equals(other.name())
                && spec.uid().equals(other.uid())
                && spec.attempt() == other.attempt();
    }

    ObservedSandbox observed() {
        return new ObservedSandbox(
                id,
                spec.name(),
                spec.uid(),
                spec.attempt(),
                ready,
                ready ? address : Optional.empty(),
                labels,
                spec.annotations());
    }
}
