package dev.banyan.cli.cluster;

import dev.banyan.api.client.Joining;
import java.util.List;

/** Ways to a cluster. */
public interface ClusterAccess {
    /** Connects to the cluster of the context in use; nothing is sent before the first call. */
    ClusterApi open();

    /** Spends a join token at one of the endpoints. */
    Joining.Joined join(List<String> endpoints, Joining.Newcomer newcomer);
}
