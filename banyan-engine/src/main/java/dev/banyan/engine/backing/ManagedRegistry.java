package dev.banyan.engine.backing;

import dev.banyan.runtime.env.Env;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The engine's own image registry: Debian's docker-registry over a directory, with mutual TLS. */
public final class ManagedRegistry {
    /** Port for the agents and for those who push. */
    public static final int PORT = 7444;

    private ManagedRegistry() {}

    /**
     * A child that keeps the registry running on {@code directory}, listening on all addresses.
     *
     * @throws BackingException when its configuration cannot be written
     */
    public static Child child(Path directory, TlsFiles tls, int port, Env env) {
        var config = directory.resolve("config.yml");
        try {
            Files.createDirectories(directory.resolve("data"));
            Files.writeString(config, config(directory, tls, port));
        } catch (IOException failed) {
            throw new BackingException("cannot write " + config, failed);
        }
        var settings = new ChildSettings(
                "registry",
                "docker-registry",
                List.of("/usr/bin/docker-registry", "serve", config.toString()),
                config.toString(),
                directory,
                new InetSocketAddress("127.0.0.1", port),
                Map.of());
        return new Child(settings, env);
    }

    private static String config(Path directory, TlsFiles tls, int port) {
        return """
                version: 0.1
                log:
                  level: warn
                  accesslog:
                    disabled: true
                storage:
                  filesystem:
                    rootdirectory: %s
                  delete:
                    enabled: true
                http:
                  addr: :%d
                  relativeurls: true
                  tls:
                    certificate: %s
                    key: %s
                    clientcas:
                      - %s
                    minimumtls: tls1.3
                """
                .formatted(directory.resolve("data"), port, tls.certificate(), tls.key(), tls.authority());
    }
}
