package dev.banyan.agent.isolation;

import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.host.Ipv4Range;
import dev.banyan.agent.isolation.ClusterView.Server;
import dev.banyan.agent.isolation.ClusterView.Service;
import dev.banyan.api.v1.Attachment;
import dev.banyan.api.v1.Connections;
import dev.banyan.api.v1.PolicyPort;
import dev.banyan.api.v1.PolicyRule;
import dev.banyan.api.v1.PortMapping;
import dev.banyan.api.v1.Protocol;
import dev.banyan.api.v1.ServiceSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** A cluster of two servers with drawn apps, as the first server sees it. */
final class Drawn {
    static final ClusterRanges RANGES = ClusterRanges.of("10.192.0.0/13", "10.200.0.0/13", "10.192.3.0/24");
    static final Ipv4Address SERVER = Ipv4Address.parse("192.0.2.1");
    static final Ipv4Address OTHER_SERVER = Ipv4Address.parse("192.0.2.2");
    static final Ipv4Address ENGINE = Ipv4Address.parse("192.0.2.9");

    final List<Service> services = new ArrayList<>();
    final List<Container> attached = new ArrayList<>();

    /** {@code apps} with {@code each} services. */
    static Drawn of(int seed, int apps, int each) {
        var drawn = new Drawn();
        var random = new SplittableRandom(seed);
        for (int app = 0; app < apps; app++) {
            var peers = new ArrayList<String>();
            for (int other = 0; other < apps; other++) {
                if (other != app && random.nextInt(3) == 0) {
                    peers.add("app-" + other);
                }
            }
            for (int service = 0; service < each; service++) {
                drawn.add("app-" + app, "s-" + service, connections(random), peers);
            }
        }
        return drawn;
    }

    private static Connections connections(SplittableRandom random) {
        var connections = Connections.newBuilder();
        for (int i = random.nextInt(3); i >= 0; i--) {
            connections.addNetworks(Attachment.newBuilder()
                    .setNetwork("n" + i)
                    .setShared(i == 2)
                    .setInternal(random.nextInt(4) == 0));
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            var rule = PolicyRule.newBuilder()
                    .setAllow(random.nextBoolean())
                    .addFrom(List.of("*", "s-1", "app-1.*").get(random.nextInt(3)));
            if (random.nextBoolean()) {
                rule.addPorts(PolicyPort.newBuilder().setNumber(80))
                        .addPorts(PolicyPort.newBuilder().setNumber(53).setUdp(true));
            }
            connections.addRules(rule);
        }
        return connections.build();
    }

    /** One container of it on each server. */
    Service add(String app, String service, Connections connections, List<String> peers) {
        int number = services.size() + 2;
        var here = Ipv4Address.parse("10.192.3." + number);
        var spec = ServiceSpec.newBuilder()
                .setDeployment(app)
                .setService(service)
                .setConnections(connections)
                .addAllPeers(peers)
                .addPorts(PortMapping.newBuilder()
                        .setPublished(8_000 + number)
                        .setTarget(80)
                        .setProtocol(Protocol.TCP));
        var added = new Service(
                "default", spec.build(), List.of(here, Ipv4Address.parse("10.192.4." + number)), List.of("a-1", "a-2"));
        services.add(added);
        attached.add(new Container(here, "veth" + number, added.key()));
        return added;
    }

    ClusterView view() {
        var servers = List.of(
                new Server(
                        "a-1",
                        List.of(),
                        Ipv4Range.parse("10.192.3.0/24"),
                        List.of(SERVER),
                        List.of("2001:db8::1"),
                        List.of()),
                new Server(
                        "a-2",
                        List.of(),
                        Ipv4Range.parse("10.192.4.0/24"),
                        List.of(OTHER_SERVER),
                        List.of("2001:db8::2"),
                        List.of()));
        return new ClusterView(7, services, servers, List.of(ENGINE.toString(), "2001:db8::9"));
    }
}
