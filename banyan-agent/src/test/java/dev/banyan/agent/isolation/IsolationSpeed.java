package dev.banyan.agent.isolation;

import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.host.Ipv4Range;
import dev.banyan.agent.isolation.ClusterView.Server;
import dev.banyan.agent.isolation.ClusterView.Service;
import dev.banyan.agent.wire.TestServers;
import dev.banyan.api.v1.PortMapping;
import dev.banyan.api.v1.ServiceSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * How long the rules that keep apps apart take to apply on one of some servers: 1,000 services in 100 apps with 10 containers each, all
 * of them at first and then one replica that moves at a time. Run as root, best on a quiet machine.
 */
final class IsolationSpeed {
    private static final ClusterRanges RANGES = ClusterRanges.of("10.99.64.0/18", "10.99.128.0/18", "10.99.65.0/24");
    private static final int SERVICES = 1_000;
    private static final int ENDPOINTS = 10;
    private static final int SERVICES_OF_APP = 10;
    private static final int CONTAINERS_HERE = 30;
    private static final int FIRST_PORT = 20_000;
    private static final int CHANGES = 20;

    private final int servers;
    private final List<Container> here;

    private IsolationSpeed(int servers) {
        this.servers = servers;
        this.here = IntStream.range(0, CONTAINERS_HERE)
                .mapToObj(i -> new Container(
                        new Ipv4Address(RANGES.own().first().bits() + 2 + i), "veth" + i, "default/" + service(i * 31)))
                .toList();
    }

    public static void main(String[] arguments) throws Exception {
        var all = TestServers.start();
        try {
            System.out.println(
                    "load " + Files.readString(Path.of("/proc/loadavg")).strip());
            for (int servers : new int[] {3, 50}) {
                new IsolationSpeed(servers).run(all);
            }
        } finally {
            TestServers.close(all);
        }
    }

    private void run(TestServers all) throws Exception {
        var server = all.server("s" + servers, servers);
        var rules = new IsolationRules("abcdef0", all.commands(), RANGES);
        var times = new ArrayList<Long>();
        var first = view(0);
        long began = System.nanoTime();
        server.call(() -> rules.apply(first, here));
        long whole = System.nanoTime() - began;
        for (int i = 1; i <= CHANGES; i++) {
            var changed = view(i);
            began = System.nanoTime();
            server.call(() -> rules.apply(changed, here));
            times.add(System.nanoTime() - began);
        }
        times.sort(Long::compare);
        System.out.printf(
                Locale.ROOT,
                "%d services with %d containers on %d servers: all of them %d ms; one change: median %.1f ms, longest %.1f ms%n",
                SERVICES,
                ENDPOINTS,
                servers,
                whole / 1_000_000,
                times.get(CHANGES / 2) / 1e6,
                times.getLast() / 1e6);
    }

    /** {@code version} is where a replica of one service is. */
    private ClusterView view(int version) {
        var services = IntStream.range(0, SERVICES)
                .mapToObj(i -> service(i, i == 1 ? version : 0))
                .toList();
        var known = IntStream.range(0, servers)
                .mapToObj(i -> new Server(
                        "a" + i,
                        List.of(),
                        Ipv4Range.parse("10.99." + (65 + i) + ".0/24"),
                        List.of(Ipv4Address.parse("192.0.2." + (1 + i))),
                        List.of()))
                .toList();
        return new ClusterView(version, services, known, List.of("192.0.2.200"));
    }

    private static Service service(int i, int version) {
        var port = PortMapping.newBuilder().setTarget(80).setPublished(FIRST_PORT + i);
        var spec = ServiceSpec.newBuilder()
                .setDeployment("app" + i / SERVICES_OF_APP)
                .setService("s" + i % SERVICES_OF_APP)
                .addPorts(port)
                .build();
        // On a /24 that is none of this server's, 250 of them to each.
        int base = RANGES.own().first().bits() + 256;
        var addresses = IntStream.range(0, ENDPOINTS)
                .map(k -> i * ENDPOINTS + k)
                .map(n -> base + (n / 250) * 256 + 2 + n % 250)
                .map(bits -> bits == base + 2 + ENDPOINTS ? base + 256 * 41 + 2 + version : bits)
                .sorted()
                .mapToObj(Ipv4Address::new)
                .toList();
        return new Service("default", spec, addresses, List.of());
    }

    private static String service(int i) {
        return "app" + i / SERVICES_OF_APP % 100 + ".s" + i % SERVICES_OF_APP;
    }
}
