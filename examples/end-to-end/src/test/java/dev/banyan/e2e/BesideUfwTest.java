package dev.banyan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.banyan.harness.Await;
import dev.banyan.harness.Cluster;
import dev.banyan.harness.ClusterPlan;
import dev.banyan.harness.Command;
import dev.banyan.harness.DemoImage;
import dev.banyan.harness.Leftovers;
import dev.banyan.harness.Server;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The firewall ufw itself on the servers of agents: it keeps out all but the cluster, whoever came first, and is left as it was. */
@Tag("servers")
class BesideUfwTest {
    private static final DemoImage IMAGE = DemoImage.of("busybox");

    private static final Duration SOON = Duration.ofMinutes(3);

    /** Of a program of the server that ufw shields. */
    private static final int SHIELDED = 9000;

    @Test
    void letsTheClusterThroughAndNothingElse() {
        var cluster = Cluster.start(
                ClusterPlan.agents(2).engineOption("suspect", "60s").engineOption("lost", "120s"));
        try (cluster) {
            cluster.push(IMAGE);
            var app = new WebApp(cluster, "shop", 8080);
            app.up(2);
            var well = new AllWell(cluster, app);
            well.await();
            leave(cluster, 2);
            var second = enable(cluster.agentServer(2));
            var before = HostState.afterLeaving(cluster.agentServer(2));

            enable(cluster.agentServer(1));
            cluster.rejoin(2);
            cluster.awaitAgents();
            app.scale(4);
            well.await();
            theirsIsUntouched(cluster, before.getOrDefault("nft", ""));

            second.reload();
            well.await();
            theirsIsUntouched(cluster, before.getOrDefault("nft", ""));
            shields(cluster, 1);
            shields(cluster, 2);

            leave(cluster, 2);
            assertThat(HostState.afterLeaving(cluster.agentServer(2))).isEqualTo(before);
        }
        assertThat(Leftovers.of(cluster)).isEmpty();
    }

    private static Ufw enable(Server server) {
        var ufw = new Ufw(server);
        ufw.enable();
        assertThat(ufw.status()).contains("Status: active", "deny (incoming)").doesNotContain("allow (routed)");
        return ufw;
    }

    private static void leave(Cluster cluster, int agent) {
        cluster.agent(agent).kill();
        cluster.agentServer(agent).run(cluster.leaving(agent)).orFail();
    }

    private static void theirsIsUntouched(Cluster cluster, String before) {
        var server = cluster.agentServer(2);
        // For what goes through, of IPv4 and IPv6, and for questions for names; nobody asks by IPv6 here, who would
        // have waited for that.
        Firewall.awaitOursAmongOthers(server, 3);
        assertThat(Firewall.ofOthers(server))
                .isEqualTo(before.lines().filter(line -> !line.isBlank()).toList());
    }

    /** What it is there for, also beside ours. */
    private static void shields(Cluster cluster, int agent) {
        var server = cluster.agentServer(agent);
        var program = server.start(
                "shielded",
                Command.of(
                        "busybox",
                        "httpd",
                        "-f",
                        "-p",
                        "" + SHIELDED,
                        "-h",
                        server.state().toString()));
        var own = "http://127.0.0.1:" + SHIELDED + "/";
        Await.until(() -> server.get(own).status() > 0, SOON, () -> "it serves its server: " + server.get(own));
        var fromOutside = cluster.outside().get("http://" + server.address() + ":" + SHIELDED + "/");
        assertThat(fromOutside.status()).as(fromOutside.body()).isZero();
        program.kill();
    }
}
