package dev.banyan.api.client;

import java.nio.file.Path;

/** Where an engine listens. */
public sealed interface Endpoint {
    /** The engine's usual TCP port. */
    int DEFAULT_PORT = 7443;

    /** Over TCP. */
    record Tcp(String host, int port) implements Endpoint {
        /** Checks the port's range. */
        public Tcp {
            if (host.isEmpty() || port < 1 || port > 65_535) {
                throw new IllegalArgumentException("'" + host + ":" + port + "' is no host and port");
            }
        }

        @Override
        public String toString() {
            return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        }
    }

    /** Over a socket in the file system. */
    record Local(Path socket) implements Endpoint {
        @Override
        public String toString() {
            return "unix:" + socket;
        }
    }

    /**
     * Reads {@code host}, {@code host:port}, {@code [address]:port} or {@code unix:/path}.
     *
     * @throws IllegalArgumentException when it is none of them
     */
    static Endpoint parse(String text) {
        if (text.startsWith("unix:")) {
            return new Local(Path.of(text.substring("unix:".length())));
        }
        int colon = text.lastIndexOf(':');
        if (colon < 0 || text.endsWith("]")) {
            return new Tcp(bare(text), DEFAULT_PORT);
        }
        try {
            return new Tcp(bare(text.substring(0, colon)), Integer.parseInt(text.substring(colon + 1)));
        } catch (NumberFormatException malformed) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no endpoint: write host:port or unix:/path", malformed);
        }
    }

    private static String bare(String host) {
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }
}
