package dev.banyan.api.kinds.settings;

import dev.banyan.api.v1.ContainerSettings;
import dev.banyan.api.v1.HostNamespace;

/** Which network containers are in. */
public enum NetworkMode {
    /** A link of its own, and with it an address of the cluster. */
    OWN,
    /** Loopback alone. */
    NONE,
    /** That of their server. */
    HOST;

    /** What such containers ask for. */
    public static NetworkMode of(ContainerSettings settings) {
        if (settings.getPowers().getHostNamespacesList().contains(HostNamespace.NETWORK)) {
            return HOST;
        }
        return settings.getNoNetwork() ? NONE : OWN;
    }
}
