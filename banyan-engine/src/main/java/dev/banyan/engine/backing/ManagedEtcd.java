package dev.banyan.engine.backing;

import dev.banyan.runtime.env.Env;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The engine's own etcd: one member, on loopback, with mutual TLS. */
public final class ManagedEtcd {
    /** Port for clients; not etcd's usual one, where a server of the distribution may sit. */
    public static final int CLIENT_PORT = 7379;

    /** Port for other members; nobody connects to it while there is one member. */
    public static final int PEER_PORT = 7380;

    /** Room for the database before etcd refuses writes, in bytes. */
    private static final long QUOTA_BYTES = 2L << 30;

    /**
     * The name in the certificate of whoever may speak to etcd, which is etcd's own: members of the cluster have certificates of the same
     * authority, and one that runs on this machine would otherwise read and write everything past the engine.
     */
    public static final String CLIENTS = "etcd.banyan";

    private static final String HOST = "127.0.0.1";

    private ManagedEtcd() {}

    /** The endpoint that clients use. */
    public static String endpoint(int clientPort) {
        return "https://" + HOST + ":" + clientPort;
    }

    /** A child that keeps etcd running on {@code directory}. */
    public static Child child(Path directory, TlsFiles tls, int clientPort, int peerPort, Env env) {
        var client = endpoint(clientPort);
        var peer = endpoint(peerPort);
        var data = "--data-dir=" + directory.resolve("data");
        var command = List.of(
                "/usr/bin/etcd",
                "--name=banyan",
                data,
                "--listen-client-urls=" + client,
                "--advertise-client-urls=" + client,
                "--listen-peer-urls=" + peer,
                "--initial-advertise-peer-urls=" + peer,
                "--initial-cluster=banyan=" + peer,
                "--initial-cluster-token=banyan",
                "--client-cert-auth=true",
                "--client-cert-allowed-hostname=" + CLIENTS,
                "--cert-file=" + tls.certificate(),
                "--key-file=" + tls.key(),
                "--trusted-ca-file=" + tls.authority(),
                "--peer-client-cert-auth=true",
                "--peer-cert-allowed-hostname=" + CLIENTS,
                "--peer-cert-file=" + tls.certificate(),
                "--peer-key-file=" + tls.key(),
                "--peer-trusted-ca-file=" + tls.authority(),
                "--quota-backend-bytes=" + QUOTA_BYTES,
                "--max-request-bytes=2097152",
                "--logger=zap",
                "--log-level=warn");
        var settings = new ChildSettings(
                "etcd", "etcd-server", command, data, directory, new InetSocketAddress(HOST, clientPort), Map.of());
        return new Child(settings, env);
    }
}
