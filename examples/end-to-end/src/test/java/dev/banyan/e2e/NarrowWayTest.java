package dev.banyan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.harness.Await;
import dev.banyan.harness.Cluster;
import dev.banyan.harness.Command;
import dev.banyan.harness.DemoImage;
import dev.banyan.harness.HostContainer;
import dev.banyan.harness.Leftovers;
import dev.banyan.harness.Output;
import java.time.Duration;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Two servers between which large packets are lost without a word, as behind tunnels of clouds and telephone lines. */
@Tag("servers")
class NarrowWayTest {
    private static final Duration SOON = Duration.ofMinutes(3);
    private static final DemoImage IMAGE = DemoImage.of("busybox");

    /** Of the packets between servers; the tunnel adds 60 bytes, and pads to 16. */
    private static final int WIDTH = 1_350;

    private static final int PASSES = 1_280;

    private static final String APP =
            """
            name: wide
            services:
              web:
                image: %s
                deploy: {mode: global}
                command:
                  - sh
                  - -c
                  - |
                    trap 'exit 0' TERM
                    mkdir /tmp/big && dd if=/dev/zero of=/tmp/big/file bs=1024 count=1024
                    httpd -f -p 8080 -h /tmp/big & wait
            """;

    private final Cluster cluster = Cluster.start(2);

    @Test
    void isFoundOutAndPacketsAreMadeToFit() {
        try (cluster) {
            cluster.push(IMAGE);
            var file = WebApp.file(cluster, "wide.yaml", APP.formatted(IMAGE.reference()));
            cluster.cli("up", "-f", file.toString()).orFail();
            awaitFetched("the file comes through");
            assertThat(way(1)).doesNotContain("mtu");

            narrow();
            assertThat(fetched().status() == 0).as("large packets are lost").isFalse();
            restart(1);
            restart(2);
            Await.until(() -> notes() == 2, SOON, () -> "both find out\n" + peers());
            Await.until(() -> way(1).contains("mtu") && way(2).contains("mtu"), SOON, () -> way(1) + way(2));
            awaitFetched("packets are made to fit");
            assertThat(Integer.parseInt(way(1).replaceAll("(?s).* mtu ([0-9]+).*", "$1")))
                    .isBetween(PASSES - 8, PASSES);
            AllWell.awaitCheck(cluster);

            cluster.agent(1).kill();
            assertThat(way(1)).as("without its agent").contains("mtu");
            widen();
            cluster.restartAgent(1);
            Await.until(
                    () -> !way(1).isBlank() && !way(1).contains("mtu"),
                    SOON,
                    () -> "it is wide again: " + way(1) + peers());
            awaitFetched("the file comes through again");
        }
        assertThat(Leftovers.of(cluster)).isEmpty();
    }

    private void awaitFetched(String wanted) {
        Await.until(() -> fetched().status() == 0, SOON, () -> wanted + ": " + fetched());
    }

    private void restart(int agent) {
        cluster.agent(agent).kill();
        cluster.restartAgent(agent);
        cluster.awaitAgents();
    }

    private void narrow() {
        for (int agent = 1; agent <= 2; agent++) {
            var server = cluster.agentServer(agent);
            server.run("nft", "add table ip between").orFail();
            server.run("nft", "add chain ip between in { type filter hook prerouting priority -450; }")
                    .orFail();
            server.run("nft", "add rule ip between in udp dport 7446 meta length > " + WIDTH + " drop")
                    .orFail();
        }
    }

    private void widen() {
        for (int agent = 1; agent <= 2; agent++) {
            cluster.agentServer(agent).run("nft", "delete table ip between").orFail();
        }
    }

    /** The file of the first server's container, as the second's gets it. */
    private Output fetched() {
        var from = container(2);
        var to = Command.of("ip", "-o", "-4", "addr", "show", "dev", "eth0")
                .behind("nsenter", "-t", Long.toString(container(1).pid()), "-n")
                .run()
                .orFail()
                .out()
                .split("inet ")[1]
                .split("/")[0];
        return Command.of("curl", "-sS", "--max-time", "8", "-o", "/dev/null", "http://" + to + ":8080/file")
                .behind("nsenter", "-t", Long.toString(from.pid()), "-n")
                .run();
    }

    private HostContainer container(int agent) {
        return HostContainer.appsOf(cluster.agentServer(agent)).getFirst();
    }

    private String way(int agent) {
        return cluster.agentServer(agent)
                .run("ip", "route", "show", "10.192." + (2 - agent) + ".0/24")
                .out();
    }

    private String peers() {
        return cluster.cli("network", "peers").out();
    }

    private long notes() {
        return Pattern.compile("takes packets of at most 12[78][0-9] bytes")
                .matcher(peers())
                .results()
                .count();
    }
}
