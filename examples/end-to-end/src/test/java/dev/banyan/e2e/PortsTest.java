package dev.banyan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.harness.Await;
import dev.banyan.harness.Cluster;
import dev.banyan.harness.Command;
import dev.banyan.harness.DemoImage;
import dev.banyan.harness.HostContainer;
import dev.banyan.harness.Leftovers;
import dev.banyan.harness.Server;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Published ports as a Compose file asks for them, compared with what a scan of the servers finds. */
@Tag("servers")
class PortsTest {
    private static final Duration SOON = Duration.ofMinutes(3);
    private static final DemoImage IMAGE = DemoImage.of("busybox");
    private static final int FIRST = 8079;
    private static final int LAST = 8087;

    /** Filled with: image, address of the outsider, address of the first agent's server, name of the first agent, a version. */
    private static final String SHOP =
            """
            name: shop
            x-serve: &serve
              image: %1$s
              command: ["sh", "-c", "trap 'exit 0' TERM; httpd -f -p 8080 -h /www & wait"]
              environment: {VERSION: "%5$s"}
              healthcheck:
                test: ["CMD", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/healthz"]
            services:
              web:
                <<: *serve
                ports:
                  - "8080:8080"
                  - {target: 8080, published: 8081, x-banyan-allow: [%2$s]}
                  - {target: 8080, published: 8082, x-banyan-allow: [192.0.2.0/24]}
                  - "127.0.0.1:8083:8080"
                  - "%3$s:8084:8080"
                x-banyan-affinity: 1h
                deploy: {replicas: 2}
              edge:
                <<: *serve
                ports: [{target: 8080, published: 8085, mode: host}]
                deploy: {placement: {constraints: ["node.hostname == %4$s"]}}
              quiet:
                <<: *serve
                ports: [8086]
                deploy: {endpoint_mode: dnsrr, replicas: 2}
            """;

    @Test
    void areOpenToThoseWhoMayAndNobodyElse() {
        var cluster = Cluster.start(2);
        try (cluster) {
            cluster.push(IMAGE);
            up(cluster, "one");
            endpointsAreConfirmed(cluster);

            openIsWhatThePortsVerbSays(cluster);
            loopbackIsTheServersOwn(cluster);
            clientsKeepTheirReplica(cluster);
            namesLeadToReplicas(cluster);
            aPortOfOneServerIsUpdatedThere(cluster);
            endpointsAreConfirmed(cluster);
        }
        assertThat(Leftovers.of(cluster)).isEmpty();
    }

    private static void up(Cluster cluster, String version) {
        var text = SHOP.formatted(
                IMAGE.reference(),
                cluster.outside().address(),
                cluster.agentServer(1).address(),
                cluster.agentName(1),
                version);
        cluster.cli("up", "-f", WebApp.file(cluster, "shop.yaml", text).toString())
                .orFail();
    }

    private static void openIsWhatThePortsVerbSays(Cluster cluster) {
        var outsider = cluster.outside();
        var first = cluster.agentServer(1).address();
        var second = cluster.agentServer(2).address();
        var wanted = Set.of(
                first + " 8080", first + " 8081", first + " 8084", first + " 8085", second + " 8080", second + " 8081");
        Await.until(
                () -> scan(cluster, outsider).equals(wanted)
                        && told(cluster, outsider).equals(wanted),
                SOON,
                () -> wanted + " are open and told, not " + scan(cluster, outsider) + "\n" + cluster.cli("ports"));
        assertThat(scan(cluster, cluster.engineServer()))
                .isEqualTo(told(cluster, cluster.engineServer()))
                .doesNotContain(first + " 8081");
    }

    /** Each address and port that accepts a connection. */
    private static Set<String> scan(Cluster cluster, Server from) {
        var open = new TreeSet<String>();
        for (int agent = 1; agent <= 2; agent++) {
            var address = cluster.agentServer(agent).address();
            IntStream.rangeClosed(FIRST, LAST)
                    .filter(port -> connects(from, address, port))
                    .forEach(port -> open.add(address + " " + port));
        }
        return open;
    }

    private static boolean connects(Server from, String address, int port) {
        return from.run("timeout", "20", "bash", "-c", "exec 3<>/dev/tcp/" + address + "/" + port)
                        .status()
                == 0;
    }

    /** The same, as the verb says of somebody with that place's address. */
    private static Set<String> told(Cluster cluster, Server from) {
        var open = new TreeSet<String>();
        for (var line : cluster.cli("ports").orFail().out().lines().skip(1).toList()) {
            var cells = line.split("  +");
            var port = cells[0].replaceFirst("/tcp$", "").split(":");
            for (int agent = 1; agent <= 2; agent++) {
                var address = cluster.agentServer(agent).address();
                boolean there = List.of(cells[4].split(", ")).contains(cluster.agentName(agent));
                boolean here = port.length == 1 || port[0].equals(address);
                boolean may = cells[3].equals("everybody") || cells[3].equals(from.address());
                if (there && here && may) {
                    open.add(address + " " + port[port.length - 1]);
                }
            }
        }
        return open;
    }

    private static void loopbackIsTheServersOwn(Cluster cluster) {
        for (int agent = 1; agent <= 2; agent++) {
            awaitOk(cluster.agentServer(agent), "http://127.0.0.1:8083/healthz");
        }
    }

    private static void awaitOk(Server from, String url) {
        Await.until(() -> from.get(url).ok(), SOON, () -> url + " answers: " + from.get(url));
    }

    private static void clientsKeepTheirReplica(Cluster cluster) {
        var web = new WebApp(cluster, "shop", 8080);

        assertThat(web.servedBy(1, 16)).hasSize(1).isEqualTo(web.servedBy(2, 16));
    }

    private static void namesLeadToReplicas(Cluster cluster) {
        var replicas = cluster.cli("network", "addresses")
                .orFail()
                .out()
                .lines()
                .filter(line -> line.contains("shop.quiet."))
                .map(line -> line.split("  +")[2])
                .collect(Collectors.toSet());
        assertThat(replicas).hasSize(2);
        var edge = HostContainer.appsOf(cluster.agentServer(1)).stream()
                .filter(container -> container.hostname().startsWith("edge"))
                .findFirst()
                .orElseThrow();
        Await.until(
                () -> resolved(edge).equals(replicas),
                SOON,
                () -> "quiet leads to " + replicas + ", not " + resolved(edge));
    }

    /** What the name server of a container says, but for its own address. */
    private static Set<String> resolved(HostContainer from) {
        var gateway = Command.of("sed", "-n", "s/^nameserver //p", "/proc/" + from.pid() + "/root/etc/resolv.conf")
                .run()
                .orFail()
                .out()
                .lines()
                .findFirst()
                .orElseThrow();
        return Command.of("busybox", "nslookup", "-type=a", "quiet.shop.internal", gateway)
                .behind("nsenter", "-t", Long.toString(from.pid()), "-n")
                .run()
                .out()
                .lines()
                .filter(line -> line.startsWith("Address") && !line.contains(gateway))
                .map(line -> line.replaceFirst("^[^0-9]*", ""))
                .collect(Collectors.toSet());
    }

    /** There is no other server that its replica could be on while both versions run. */
    private static void aPortOfOneServerIsUpdatedThere(Cluster cluster) {
        up(cluster, "two");

        awaitOk(cluster.outside(), "http://" + cluster.agentServer(1).address() + ":8085/healthz");
    }

    private static void endpointsAreConfirmed(Cluster cluster) {
        Await.until(
                () -> cluster.cli("network", "endpoints")
                                .orFail()
                                .out()
                                .lines()
                                .filter(line -> line.contains("2 of 2"))
                                .count()
                        == 3,
                SOON,
                () -> "all agents confirm all endpoints\n" + cluster.cli("network", "endpoints"));
    }
}
