package dev.banyan.agent.network;

import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.ProcSettings;
import dev.banyan.agent.network.wireguard.TunnelKey;
import dev.banyan.agent.network.wireguard.TunnelSettings;
import dev.banyan.agent.wire.Namespace;
import dev.banyan.agent.wire.TestServers;
import dev.banyan.runtime.env.SystemEnv;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How fast one TCP connection between containers of two servers is: through the agent's WireGuard, through one that was set up by hand with
 * nothing else on the way, and by plain routes. Run it by hand as root; it prints medians in Mbit/s.
 */
final class TunnelSpeed {
    private static final ClusterRanges FIRST = ClusterRanges.of("10.99.64.0/18", "10.99.128.0/18", "10.99.65.0/24");
    private static final ClusterRanges SECOND = ClusterRanges.of("10.99.64.0/18", "10.99.128.0/18", "10.99.66.0/24");
    private static final int PORT = 7_446;
    private static final int TURNS = 3;
    private static final int ROUNDS = 5;
    private static final Duration ROUND = Duration.ofSeconds(2);

    private final Path folder;

    private TunnelSpeed(Path folder) {
        this.folder = folder;
    }

    /** Arguments are not looked at. */
    public static void main(String[] arguments) throws Exception {
        var bench = new TunnelSpeed(Files.createTempDirectory("tunnel-speed"));
        // By turns, since others may work on the machine.
        for (int turn = 0; turn < TURNS; turn++) {
            var byHand = bench.measure("wireguard by hand", bench::connectByHand);
            var driven = bench.measure("wireguard of the agent", bench::connectDriven);
            System.out.printf("agent / by hand: %.2f%n", driven / byHand);
        }
        bench.measure("plain routes", bench::connectRoutes);
        System.exit(0);
    }

    private interface Connecting {
        void connect(Namespace first, Namespace second) throws Exception;
    }

    private double measure(String name, Connecting way) throws Exception {
        var servers = TestServers.start();
        var first = servers.server("a1", 11);
        var second = servers.server("a2", 12);
        var from = servers.container(first, "w1", "10.99.65.2");
        var to = servers.container(second, "w3", "10.99.66.2");
        for (var container : List.of(from, to)) {
            container.run("ip", "link", "set", "dev", "eth0", "mtu", "1420");
        }
        try {
            way.connect(first, second);
            var all = new ArrayList<Double>();
            for (int i = 0; i < ROUNDS; i++) {
                all.add(megabits(from, to, 9_000 + i));
            }
            all.sort(Double::compare);
            System.out.printf("%-24s %7.0f Mbit/s%n", name, all.get(ROUNDS / 2));
            return all.get(ROUNDS / 2);
        } finally {
            for (var server : List.of(first, second)) {
                for (var line : server.run("ip", "-o", "link").lines().toList()) {
                    var link = line.split(":? ")[1];
                    if (link.startsWith("bny")) {
                        server.run("ip", "link", "del", "dev", link);
                    }
                }
            }
            TestServers.close(servers);
        }
    }

    private TunnelKey key(Namespace server) {
        return TunnelKey.in(folder.resolve(server.name()).resolve("key"), new SystemEnv().entropy());
    }

    private void connectByHand(Namespace first, Namespace second) throws Exception {
        byHand(first, "bnyhand1", "10.99.65.1", new String[] {"10.99.0.12:7446", "10.99.66.0/24"}, second);
        byHand(second, "bnyhand2", "10.99.66.1", new String[] {"10.99.0.11:7446", "10.99.65.0/24"}, first);
    }

    private void byHand(Namespace here, String link, String address, String[] peer, Namespace there) throws Exception {
        here.run("sysctl", "-qw", "net.ipv4.ip_forward=1");
        var kernel = here.call(() -> Namespace.commands()
                .run(dev.banyan.agent.host.CommandLine.of("ip", "link", "add", "dev", link, "type", "wireguard")));
        if (!kernel.succeeded()) {
            here.run("setsid", "wireguard-go", link);
        }
        here.run("wg", "set", link, "private-key", key(here).file().toString(), "listen-port", "" + PORT);
        here.run("ip", "addr", "add", address + "/32", "dev", link);
        here.run("ip", "link", "set", "dev", link, "mtu", "1420", "up");
        here.run("wg", "set", link, "peer", key(there).publicKey().text(), "endpoint", peer[0], "allowed-ips", peer[1]);
        here.run("ip", "route", "add", peer[1], "dev", link);
    }

    private void connectDriven(Namespace first, Namespace second) throws Exception {
        var there = Peer.of("a2", "10.99.0.12", "10.99.66.0/24").at(key(second).publicKey(), PORT);
        var back = Peer.of("a1", "10.99.0.11", "10.99.65.0/24").at(key(first).publicKey(), PORT);
        first.call(() -> driver(first, "abcdef1").apply(new OverlayPlan(1, FIRST, List.of(there))));
        second.call(() -> driver(second, "abcdef2").apply(new OverlayPlan(1, SECOND, List.of(back))));
    }

    private WireGuard driver(Namespace server, String id) {
        var env = new SystemEnv();
        var place = new WireGuard.Server(Namespace.commands(), new ProcSettings(), folder.resolve(server.name()));
        var end = new WireGuard.End(key(server), new TunnelSettings(PORT, Duration.ZERO, 1_420));
        return new WireGuard(id, place, end, env.time());
    }

    private void connectRoutes(Namespace first, Namespace second) throws Exception {
        var there = Peer.of("a2", "10.99.0.12", "10.99.66.0/24");
        var back = Peer.of("a1", "10.99.0.11", "10.99.65.0/24");
        first.call(() -> new PlainRoutes("abcdef1", Namespace.commands(), folder.resolve("r1"))
                .apply(new OverlayPlan(1, FIRST, List.of(there))));
        second.call(() -> new PlainRoutes("abcdef2", Namespace.commands(), folder.resolve("r2"))
                .apply(new OverlayPlan(1, SECOND, List.of(back))));
    }

    private static double megabits(Namespace from, Namespace to, int port) throws Exception {
        var listener = to.call(() -> ServerSocketChannel.open(StandardProtocolFamily.INET)
                .bind(new InetSocketAddress(InetAddress.ofLiteral("10.99.66.2"), port)));
        var received = new long[1];
        var sink = Thread.ofPlatform().start(() -> {
            try (var channel = listener.accept()) {
                var buffer = ByteBuffer.allocateDirect(1 << 18);
                for (int read = channel.read(buffer); read >= 0; read = channel.read(buffer.clear())) {
                    received[0] += read;
                }
            } catch (java.io.IOException cut) {
                throw new java.io.UncheckedIOException(cut);
            }
        });
        long nanos = from.call(() -> send(port));
        sink.join();
        listener.close();
        return received[0] * 8 * 1_000.0 / nanos;
    }

    private static long send(int port) throws java.io.IOException {
        try (var channel = SocketChannel.open(StandardProtocolFamily.INET)) {
            channel.connect(new InetSocketAddress(InetAddress.ofLiteral("10.99.66.2"), port));
            var buffer = ByteBuffer.allocateDirect(1 << 17);
            long begun = System.nanoTime();
            while (System.nanoTime() - begun < ROUND.toNanos()) {
                channel.write(buffer.clear());
            }
            return System.nanoTime() - begun;
        }
    }
}
