package dev.banyan.e2e;

import dev.banyan.harness.Await;
import dev.banyan.harness.Cluster;
import dev.banyan.harness.Command;
import dev.banyan.harness.HostContainer;
import dev.banyan.harness.Output;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What two agents and an app with replicas on both are for: ports, ways between servers, names. */
final class AllWell {
    private static final Duration SOON = Duration.ofMinutes(3);

    private final Cluster cluster;
    private final WebApp app;

    AllWell(Cluster cluster, WebApp app) {
        this.cluster = cluster;
        this.app = app;
    }

    /** Waits until all replicas answer through each server, and are found by name from a container of each; and the check says so. */
    void await() {
        for (int agent = 1; agent <= cluster.agentCount(); agent++) {
            int each = agent;
            untilAllOf(() -> app.servedBy(each, 1), "the port of agent " + each + " leads to all replicas");
            untilAllOf(() -> byName(each), "a container of agent " + each + " finds all replicas by name");
        }
        awaitCheck(cluster);
    }

    /** Waits until the check of the network, or of what {@code more} names, finds nothing wrong; answers what it says then. */
    static Output awaitCheck(Cluster cluster, String... more) {
        var words =
                Stream.concat(Stream.of("network", "check"), Stream.of(more)).toArray(String[]::new);
        return Await.value(
                () -> Optional.of(cluster.cli(words)).filter(said -> said.status() == 0),
                SOON,
                () -> "the check says that all is well\n" + cluster.cli(words) + cluster.cli("agents"));
    }

    /** A client is led to one replica after the other, as chance will have it. */
    private void untilAllOf(Supplier<Set<String>> answer, String wanted) {
        var seen = new TreeSet<String>();
        Await.until(
                () -> {
                    seen.addAll(answer.get());
                    return seen.containsAll(app.replicas());
                },
                SOON,
                () -> wanted + " " + app.replicas() + ": " + seen + "\n" + cluster.cli("network", "peers"));
    }

    /** The replica that a container meets behind the service's name. */
    private Set<String> byName(int agent) {
        return app.replicasOn(agent).stream()
                .limit(1)
                .flatMap(container -> found(container).stream().map(address -> served(container, address)))
                .collect(Collectors.toSet());
    }

    /** What the name server of a container says, but for its own address. */
    private static List<String> found(HostContainer from) {
        var server = Command.of("sed", "-n", "s/^nameserver //p", "/proc/" + from.pid() + "/root/etc/resolv.conf")
                .run()
                .out()
                .lines()
                .findFirst();
        // A container that is leaving has no files any more.
        return server.map(its -> found(from, its)).orElse(List.of());
    }

    private static List<String> found(HostContainer from, String server) {
        return within(from, "busybox", "nslookup", "-type=a", "web.shop.internal", server)
                .out()
                .lines()
                .filter(line -> line.startsWith("Address") && !line.contains(server))
                .map(line -> line.replaceFirst("^[^0-9]*", ""))
                .toList();
    }

    private static String served(HostContainer to, String address) {
        var answer = within(to, "curl", "--silent", "--max-time", "5", "http://" + address + ":8080/cgi-bin/whoami");
        return answer.status() == 0 ? answer.out().split(" ")[0] : answer.toString();
    }

    private static Output within(HostContainer container, String... words) {
        return Command.of(words)
                .behind("nsenter", "--target", Long.toString(container.pid()), "--net")
                .run();
    }
}
