package dev.banyan.runtime.store.etcd;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where etcd is and how to speak to it.
 *
 * @param endpoints at least one URL such as {@code https://10.0.0.1:2379}; all of one cluster
 * @param prefix what every key starts with; starts and ends with a slash
 * @param tls needed exactly when the endpoints are {@code https}
 * @param login for clusters with authentication by password
 */
public record EtcdConfig(List<String> endpoints, String prefix, Optional<Tls> tls, Optional<Login> login) {
    /** The prefix of Banyan's own clusters. */
    public static final String DEFAULT_PREFIX = "/banyan/";

    /** Checks the endpoints, the prefix, and that TLS is given where it is needed. */
    public EtcdConfig {
        endpoints = List.copyOf(endpoints);
        if (endpoints.isEmpty()) {
            throw new IllegalArgumentException("etcd needs at least one endpoint");
        }
        for (var endpoint : endpoints) {
            check(endpoint, tls.isPresent());
        }
        if (!prefix.startsWith("/") || !prefix.endsWith("/")) {
            throw new IllegalArgumentException("etcd prefix must start and end with a slash: '" + prefix + "'");
        }
    }

    /**
     * Files in PEM. They are read again when a connection has to be made anew after they changed.
     *
     * @param authority certificates that the servers' certificates must lead to
     * @param identity what this process shows where etcd asks for client certificates
     * @param serverName the name that the servers' certificates must carry, where it is not the host of the endpoint
     */
    public record Tls(Path authority, Optional<Identity> identity, Optional<String> serverName) {
        /** With a client certificate. */
        public Tls(Path authority, Path certificate, Path key, Optional<String> serverName) {
            this(authority, Optional.of(new Identity(certificate, key)), serverName);
        }

        /** Without a client certificate. */
        public static Tls trusting(Path authority) {
            return new Tls(authority, Optional.empty(), Optional.empty());
        }
    }

    /**
     * A client certificate.
     *
     * @param certificate its chain, in PEM
     * @param key its private key, in PEM
     */
    public record Identity(Path certificate, Path key) {}

    /** A user of etcd's own authentication. */
    public record Login(String user, String password) {
        /** Names the user only. */
        @Override
        public String toString() {
            return "Login[" + user + "]";
        }
    }

    /** Plain connections under {@link #DEFAULT_PREFIX}. */
    public static EtcdConfig of(String... endpoints) {
        return new EtcdConfig(List.of(endpoints), DEFAULT_PREFIX, Optional.empty(), Optional.empty());
    }

    /** Connections by TLS under {@link #DEFAULT_PREFIX}. */
    public static EtcdConfig secured(List<String> endpoints, Tls tls) {
        return new EtcdConfig(endpoints, DEFAULT_PREFIX, Optional.of(tls), Optional.empty());
    }

    /** With keys that start with {@code newPrefix}, which starts and ends with a slash. */
    public EtcdConfig under(String newPrefix) {
        return new EtcdConfig(endpoints, newPrefix, tls, login);
    }

    /** With this login. */
    public EtcdConfig as(Login newLogin) {
        return new EtcdConfig(endpoints, prefix, tls, Optional.of(newLogin));
    }

    private static void check(String endpoint, boolean tls) {
        var uri = URI.create(endpoint);
        boolean plain = "http".equals(uri.getScheme());
        if (uri.getHost() == null || uri.getPort() < 1 || !(plain || "https".equals(uri.getScheme()))) {
            throw new IllegalArgumentException(
                    "etcd endpoint must be http:// or https:// with host and port: '" + endpoint + "'");
        }
        if (plain == tls) {
            throw new IllegalArgumentException(
                    "etcd endpoint " + endpoint + (tls ? " is plain but TLS is configured" : " needs TLS files"));
        }
    }
}
