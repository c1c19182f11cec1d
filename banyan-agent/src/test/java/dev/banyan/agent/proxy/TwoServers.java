package dev.banyan.agent.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.agent.host.ClusterRanges;
import dev.banyan.agent.host.Ipv4Address;
import dev.banyan.agent.network.OverlayOutcome;
import dev.banyan.agent.network.OverlayPlan;
import dev.banyan.agent.network.Peer;
import dev.banyan.agent.network.PlainRoutes;
import dev.banyan.agent.wire.Namespace;
import dev.banyan.agent.wire.TestServers;
import dev.banyan.runtime.env.SystemEnv;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Servers {@code first} with containers w1 and w2, {@code second} with w3, a {@code client} beside them; routes are in place. */
record TwoServers(TestServers all, Path folder, Namespace first, Namespace second, Namespace client, Namespace w1) {
    static final ClusterRanges FIRST = ClusterRanges.of("10.99.64.0/18", "10.99.128.0/18", "10.99.65.0/24");
    static final ClusterRanges SECOND = ClusterRanges.of("10.99.64.0/18", "10.99.128.0/18", "10.99.66.0/24");

    static final Backend W1 = Backend.of("10.99.65.2", 8080);
    static final Backend W2 = Backend.of("10.99.65.3", 8080);
    static final Backend W3 = Backend.of("10.99.66.2", 8080);

    static TwoServers on(TestServers all, Path folder) throws Exception {
        var first = all.server("a1", 11);
        var second = all.server("a2", 12);
        var w1 = all.container(first, "w1", "10.99.65.2");
        var servers = new TwoServers(all, folder, first, second, all.server("cl", 20), w1);
        all.echo(w1, "w1", 8080);
        all.echo(all.container(first, "w2", "10.99.65.3"), "w2", 8080);
        all.echo(all.container(second, "w3", "10.99.66.2"), "w3", 8080);
        servers.route(first, FIRST, Peer.of("a2", "10.99.0.12", "10.99.66.0/24"));
        servers.route(second, SECOND, Peer.of("a1", "10.99.0.11", "10.99.65.0/24"));
        return servers;
    }

    private void route(Namespace server, ClusterRanges ranges, Peer peer) throws Exception {
        var plan = new OverlayPlan(1, ranges, List.of(peer));
        var routes = new PlainRoutes("abcdef0", Namespace.commands(), folder.resolve(server.name()));
        assertThat(server.call(() -> routes.apply(plan))).isEqualTo(new OverlayOutcome.Applied(1));
    }

    /** A load balancer on {@code server}; every call makes another one with the same state, as a restart would. */
    NftablesProxy proxy(Namespace server) {
        return new NftablesProxy(new SystemEnv().tasks(), "abcdef0", all.commands(), folder.resolve(server.name()));
    }

    /** The same, but the last statement of each of its transactions is one that the kernel refuses. */
    NftablesProxy brokenProxy(Namespace server) {
        var commands = all.commands();
        return new NftablesProxy(
                new SystemEnv().tasks(),
                "abcdef0",
                line -> commands.run(
                        line.input().isEmpty() ? line : line.reading(line.input() + "add rule ip none none accept\n")),
                folder.resolve(server.name()));
    }

    static Entrance virtual(int last) {
        return new Entrance.Virtual(Ipv4Address.parse("10.99.128." + last), 80);
    }

    /** TCP and UDP port 80 of the first server to {@code backends}. */
    static ProxySet both(long revision, Backend... backends) {
        var frontends = new ArrayList<Frontend>();
        for (var protocol : Protocol.values()) {
            for (var entrance : List.of(new Entrance.Published(80), virtual(1))) {
                frontends.add(new Frontend(protocol, List.of(entrance), List.of(backends)));
            }
        }
        return new ProxySet(revision, FIRST, frontends);
    }
}
