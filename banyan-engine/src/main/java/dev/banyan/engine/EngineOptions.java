package dev.banyan.engine;

import dev.banyan.api.config.Option;
import dev.banyan.engine.backing.ManagedEtcd;
import dev.banyan.engine.backing.ManagedRegistry;
import java.util.List;

/** The engine's settings. */
final class EngineOptions {
    static final String DATA = "data";
    static final String NAME = "name";
    static final String ADVERTISE = "advertise";
    static final String LISTEN = "listen";
    static final String API_PORT = "api-port";
    static final String SOCKET = "socket";
    static final String REGISTRY_PORT = "registry-port";
    static final String ETCD_ENDPOINTS = "etcd-endpoints";
    static final String ETCD_AUTHORITY = "etcd-authority";
    static final String ETCD_CERTIFICATE = "etcd-certificate";
    static final String ETCD_KEY = "etcd-key";
    static final String ETCD_CLIENT_PORT = "etcd-client-port";
    static final String ETCD_PEER_PORT = "etcd-peer-port";
    static final String SUSPECT = "suspect";
    static final String LOST = "lost";
    static final String REGISTRY_AUTHORITIES = "registry-authorities";
    static final String INSECURE_REGISTRIES = "insecure-registries";
    static final String UNUSED_IMAGES = "unused-images";
    static final String AUTHORITY = "authority";
    static final String ROLE = "role";
    static final String VALID_SECONDS = "valid-seconds";

    /** Of {@code init} alone. */
    static final List<Option> INIT = List.of(
            new Option(NAME, "engine-1", "name of this engine in the cluster; every engine has its own"),
            new Option(AUTHORITY, "", "directory 'authority' copied from another engine's data, to add an engine"));

    /** Of {@code token} alone. */
    static final List<Option> TOKEN = List.of(
            new Option(ROLE, "", "agent or admin"),
            new Option(VALID_SECONDS, "900", "seconds until the token expires, 60 to 86400"));

    static final List<Option> SHARED = List.of(
            new Option(DATA, "/var/lib/banyan/engine", "directory of keys and state"),
            new Option(ADVERTISE, "", "address at which agents and people reach this engine"),
            new Option(LISTEN, "0.0.0.0", "address to listen on"),
            new Option(API_PORT, "7443", "port of the API"),
            new Option(SOCKET, "/run/banyan/engine.sock", "local socket of the API"),
            new Option(REGISTRY_PORT, Integer.toString(ManagedRegistry.PORT), "port of the image registry"),
            new Option(
                    REGISTRY_AUTHORITIES,
                    "/etc/ssl/certs/ca-certificates.crt",
                    "PEM file of the authorities that other image registries' certificates are of"),
            new Option(
                    INSECURE_REGISTRIES,
                    "",
                    "other image registries that may be asked without TLS, as host or host:port, with commas between"),
            new Option(
                    UNUSED_IMAGES,
                    "24h",
                    "how long the registry keeps an image that was fetched or built and that nothing runs"),
            new Option(
                    ETCD_ENDPOINTS,
                    "",
                    "URLs of an etcd of your own, with commas between; without, one is started here"),
            new Option(ETCD_AUTHORITY, "", "PEM file of the authority of your own etcd"),
            new Option(ETCD_CERTIFICATE, "", "PEM file of the client certificate for your own etcd"),
            new Option(ETCD_KEY, "", "PEM file of the client key for your own etcd"),
            new Option(
                    ETCD_CLIENT_PORT,
                    Integer.toString(ManagedEtcd.CLIENT_PORT),
                    "loopback port of the etcd started here"),
            new Option(
                    ETCD_PEER_PORT,
                    Integer.toString(ManagedEtcd.PEER_PORT),
                    "loopback peer port of the etcd started here"),
            new Option(SUSPECT, "2s", "silence after which an agent gets no new work and no traffic"),
            new Option(LOST, "7s", "silence after which an agent's tasks are replaced elsewhere"));

    private EngineOptions() {}
}
