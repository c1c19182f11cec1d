package dev.banyan.agent.proxy;

import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.wire.Client;
import dev.banyan.agent.wire.Namespace;
import dev.banyan.agent.wire.TestServers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.stream.IntStream;

/**
 * What the load balancer costs: requests to a container by its own address and by a published port, among so many services, over
 * connections that stay and connections of one request; the same port through chains of iptables; and how long sets take to apply, which
 * is all that the argument {@code applying} asks for. Run as root, best on a quiet machine.
 */
final class BalancerSpeed {
    private static final int ROUNDS = 15;
    private static final long ROUND_MILLIS = 400;
    private static final int CLIENTS = 4;
    private static final int ENDPOINTS = 10;
    private static final int CHANGES = 20;
    private static final int FIRST_PORT = 20_000;
    private static final String SERVER = "10.99.0.11";

    private final Namespace server;
    private final Namespace client;
    private final NftablesProxy proxy;

    private BalancerSpeed(TwoServers servers) {
        this.server = servers.first();
        this.client = servers.client();
        this.proxy = servers.proxy(server);
    }

    public static void main(String[] arguments) throws Exception {
        var folder = Files.createTempDirectory("balancer-speed");
        var all = TestServers.start();
        try {
            System.out.println(
                    "load " + Files.readString(Path.of("/proc/loadavg")).strip());
            var speed = new BalancerSpeed(TwoServers.on(all, folder));
            if (List.of(arguments).equals(List.of("applying"))) {
                speed.applying();
            } else {
                speed.run();
            }
        } finally {
            TestServers.close(all);
        }
    }

    private void run() throws Exception {
        client.run("ip", "route", "add", "10.99.65.0/24", "via", SERVER);
        applying();
        for (int services : new int[] {10, 100, 1_000}) {
            server.call(() -> proxy.apply(services(services, ENDPOINTS, 1)));
            compare(services + " services, maps", FIRST_PORT + services - 1);
        }
        server.call(() -> {
            proxy.remove();
            return "";
        });
        for (int services : new int[] {10, 100, 1_000}) {
            server.feed(chains(services), "iptables-restore");
            compare(services + " services, chains of iptables", FIRST_PORT + services - 1);
        }
    }

    private void applying() throws Exception {
        var times = new ArrayList<Long>();
        long began = System.nanoTime();
        server.call(() -> proxy.apply(services(1_000, ENDPOINTS, 1)));
        long whole = System.nanoTime() - began;
        for (int i = 0; i < CHANGES; i++) {
            var changed = services(1_000, ENDPOINTS, 2 + i);
            began = System.nanoTime();
            server.call(() -> proxy.apply(changed));
            times.add(System.nanoTime() - began);
        }
        times.sort(Long::compare);
        System.out.printf(
                Locale.ROOT,
                "1000 services with %d endpoints: all of them %d ms; one change: median %.1f ms, longest %.1f ms%n",
                ENDPOINTS,
                whole / 1_000_000,
                times.get(CHANGES / 2) / 1e6,
                times.getLast() / 1e6);
    }

    /** The last one leads to the one container that answers; {@code version} changes the endpoints of the first. */
    private static ProxySet services(int count, int endpoints, int version) {
        var frontends = new ArrayList<Frontend>();
        var services = new ArrayList<VirtualService>();
        for (int i = 0; i < count; i++) {
            var backends = new ArrayList<Backend>();
            for (int k = 0; k < endpoints; k++) {
                int bits =
                        TwoServers.SECOND.own().first().bits() + 2 + (i * endpoints + k + (i == 0 ? version : 0)) % 250;
                backends.add(new Backend(new Ipv4Address(bits + (k << 12)), 8080, 1));
            }
            var published = new Entrance.Published(FIRST_PORT + i);
            var live = i == count - 1 ? List.of(TwoServers.W1) : backends;
            frontends.add(new Frontend(Protocol.TCP, List.of(published), live));
            int virtual = TwoServers.FIRST.services().first().bits() + 1 + i;
            services.add(new VirtualService(
                    new Ipv4Address(virtual),
                    live.stream().map(Backend::address).toList()));
        }
        return new ProxySet(version, TwoServers.FIRST, frontends, services);
    }

    /** A chain for each service, looked for one after the other, as the chains of iptables are. */
    private static String chains(int count) {
        var text = new StringBuilder("*nat\n:PREROUTING ACCEPT\n:SERVICES -\n");
        IntStream.range(0, count).forEach(i -> text.append(":SVC-" + i + " -\n"));
        text.append("-A PREROUTING -m addrtype --dst-type LOCAL -j SERVICES\n");
        for (int i = 0; i < count; i++) {
            text.append("-A SERVICES -p tcp -m tcp --dport " + (FIRST_PORT + i) + " -j SVC-" + i + "\n");
            text.append("-A SVC-" + i + " -p tcp -j DNAT --to-destination 10.99.65.2:8080\n");
        }
        return text + "COMMIT\n";
    }

    private void compare(String what, int port) throws Exception {
        for (boolean kept : new boolean[] {true, false}) {
            var direct = new ArrayList<Long>();
            var led = new ArrayList<Long>();
            for (int round = 0; round < ROUNDS; round++) {
                direct.add(requests("10.99.65.2", 8080, kept));
                led.add(requests(SERVER, port, kept));
            }
            direct.sort(Long::compare);
            led.sort(Long::compare);
            long before = direct.get(ROUNDS / 2);
            long after = led.get(ROUNDS / 2);
            System.out.printf(
                    Locale.ROOT,
                    "%s, %s: direct %d/s, led %d/s, %.1f %%%n",
                    what,
                    kept ? "kept connections" : "one request each",
                    before,
                    after,
                    100.0 * after / before);
        }
    }

    private long requests(String address, int port, boolean kept) throws Exception {
        var tasks = new ArrayList<FutureTask<Long>>();
        for (int i = 0; i < CLIENTS; i++) {
            Callable<Long> loop =
                    () -> kept ? asking(address, port) : Client.askFor(client, address, port, ROUND_MILLIS);
            var task = new FutureTask<>(loop);
            tasks.add(task);
            Thread.ofPlatform().start(task);
        }
        long done = 0;
        for (var task : tasks) {
            done += task.get();
        }
        return done * 1_000 / ROUND_MILLIS;
    }

    private long asking(String address, int port) throws Exception {
        try (var connection = Client.connect(client, address, port)) {
            long end = System.nanoTime() + ROUND_MILLIS * 1_000_000;
            long count = 0;
            while (System.nanoTime() < end) {
                connection.ask();
                count++;
            }
            return count;
        }
    }
}
