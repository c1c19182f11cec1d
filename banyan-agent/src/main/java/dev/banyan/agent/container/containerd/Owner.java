package dev.banyan.agent.container.containerd;

import dev.banyan.agent.container.ContainerException;
import dev.banyan.agent.container.ContainerRuntime;
import java.util.HashMap;
import java.util.Map;

/** What belongs to one cluster: exactly what carries its label. */
record Owner(String cluster) {
    boolean owns(Map<String, String> labels) {
        return cluster.equals(labels.get(ContainerRuntime.CLUSTER_LABEL));
    }

    /** {@code labels} and the cluster's. */
    Map<String, String> marked(Map<String, String> labels) {
        var all = new HashMap<>(labels);
        all.put(ContainerRuntime.CLUSTER_LABEL, cluster);
        return all;
    }

    void require(String what, Map<String, String> labels) {
        if (!owns(labels)) {
            throw new ContainerException(
                    ContainerException.Kind.NOT_OWNED, what + " does not carry the label of cluster " + cluster);
        }
    }
}
