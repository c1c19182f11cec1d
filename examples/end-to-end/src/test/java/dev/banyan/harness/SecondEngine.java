package dev.banyan.harness;

import java.nio.file.Path;
import java.time.Duration;

/**
 * One more engine on the server of the first and on its etcd, which listens on loopback; with a data directory, ports and a registry of its
 * own.
 */
record SecondEngine(Daemon process) {
    static final int API_PORT = 7453;
    static final int REGISTRY_PORT = 7454;

    private static final String ETCD = "https://127.0.0.1:7379";
    private static final Duration START = Duration.ofMinutes(3);

    /** Makes it from the first engine's data, starts it and returns when it listens. */
    static SecondEngine start(Server server, Path first) {
        var data = server.state().resolve("data-2");
        var engine = BuildTree.script("banyan-engine");
        server.run(Command.of(
                        engine,
                        "init",
                        "--data",
                        data.toString(),
                        "--name",
                        "engine-2",
                        "--advertise",
                        server.address(),
                        "--authority",
                        first.resolve("authority").toString()))
                .orFail();
        var identity = data.resolve("etcd").resolve("tls"); // as the first engine shows etcd
        var daemon = server.start(
                "engine-2",
                Command.of(
                        engine,
                        "run",
                        "--data",
                        data.toString(),
                        "--socket",
                        server.state().resolve("engine-2.sock").toString(),
                        "--api-port",
                        Integer.toString(API_PORT),
                        "--registry-port",
                        Integer.toString(REGISTRY_PORT),
                        "--etcd-endpoints",
                        ETCD,
                        "--etcd-authority",
                        identity.resolve("ca.pem").toString(),
                        "--etcd-certificate",
                        identity.resolve("cert.pem").toString(),
                        "--etcd-key",
                        identity.resolve("key.pem").toString()));
        Await.until(
                () -> {
                    daemon.mustLive();
                    return Cluster.listens(server, API_PORT);
                },
                START,
                () -> "the second engine listens on " + API_PORT + "\n" + daemon.tail());
        return new SecondEngine(daemon);
    }
}
