package dev.banyan.agent.container.daemon;

import dev.banyan.agent.host.WholeFile;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Where the cluster's registry is: one file, which containerd reads at each pull. Images carry the registry's logical name, so an engine
 * that moves changes this file and nothing else.
 */
public final class Registries {
    /** The registry's logical name in image references. */
    public static final String CLUSTER = "registry.banyan";

    private final DaemonDirectory directory;

    public Registries(DaemonDirectory directory) {
        this.directory = directory;
    }

    /**
     * Names the registry's addresses, tried in order.
     *
     * @param endpoints such as {@code https://10.99.0.10:7444}; at least one
     * @return false when the file says so already
     */
    public boolean write(List<URI> endpoints, Credentials credentials) {
        return WholeFile.replace(
                directory.registries().resolve(CLUSTER).resolve("hosts.toml"), toml(endpoints, credentials));
    }

    static String toml(List<URI> endpoints, Credentials credentials) {
        if (endpoints.isEmpty()) {
            throw new IllegalArgumentException("at least one address of the registry wanted");
        }
        // containerd always ends with the "server", by default the logical name itself, which no resolver knows; so the
        // last address is the
        // server. It has keys of its own, before the tables of the others, and inherits nothing from them. It also is a
        // host, because 1.6
        // ignores a file without hosts; an image that is missing costs a second request there.
        return "server = " + DaemonConfig.quoted(endpoints.getLast()) + "\n" + access("", credentials)
                + endpoints.stream()
                        .map(endpoint -> "\n[host." + DaemonConfig.quoted(endpoint) + "]\n" + access("  ", credentials))
                        .collect(Collectors.joining());
    }

    private static String access(String indent, Credentials credentials) {
        return indent + "capabilities = [\"pull\", \"resolve\"]\n"
                + indent + "ca = " + DaemonConfig.quoted(credentials.authority()) + "\n"
                + indent + "client = [[" + DaemonConfig.quoted(credentials.certificate()) + ", "
                + DaemonConfig.quoted(credentials.key()) + "]]\n";
    }

    /**
     * PEM files, read by containerd at each pull, so that a renewed certificate needs no new configuration.
     *
     * @param authority certificate of the cluster's CA
     * @param certificate the agent's
     * @param key the agent's, unencrypted, mode 0600
     */
    public record Credentials(Path authority, Path certificate, Path key) {}
}
